PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO __EFMigrationsHistory VALUES('20261123052538_Initial','10.0.15');
CREATE TABLE IF NOT EXISTS "AskedQuestions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AskedQuestions" PRIMARY KEY AUTOINCREMENT,
    "Corpus" TEXT NOT NULL,
    "Question" TEXT NOT NULL,
    "Answer" TEXT NULL,
    "NoAnswer" INTEGER NOT NULL,
    "Confidence" REAL NOT NULL,
    "TotalMilliseconds" REAL NOT NULL,
    "Model" TEXT NOT NULL,
    "Generation" TEXT NOT NULL,
    "AskedBy" TEXT NOT NULL,
    "AskedAt" INTEGER NOT NULL
);
INSERT INTO AskedQuestions VALUES(1,'harbour','When does the harbour of Lower Quay open?',NULL,1,0.05254406317905183088,261.68819999999999481,'tuned','g4eff0c20-1-194567eb','ada',639314461443211471);
INSERT INTO AskedQuestions VALUES(2,'harbour','Who built the crane of the north pier?',NULL,1,0.11370196081810200749,16.708600000000000563,'tuned','g4eff0c20-1-194567eb','ada',639314461444259480);
CREATE TABLE IF NOT EXISTS "AspNetRoles" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_AspNetRoles" PRIMARY KEY,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);
INSERT INTO AspNetRoles VALUES('23c86453-c8da-453c-90b0-203ba846a499','asker','ASKER','c3547bfd-2b22-40b2-aca5-0f92c24f4c63');
INSERT INTO AspNetRoles VALUES('fb60b649-7469-4d34-8887-18e87595d28a','annotator','ANNOTATOR','a98615c7-a3ab-451a-8126-35b358b2e33e');
INSERT INTO AspNetRoles VALUES('82221cb8-fc5a-4ace-8e91-f20a90851124','admin','ADMIN','edf95337-7ba6-4d7c-ba99-b4db7f3c6902');
CREATE TABLE IF NOT EXISTS "AspNetUsers" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_AspNetUsers" PRIMARY KEY,
    "CreatedAt" INTEGER NOT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" INTEGER NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);
INSERT INTO AspNetUsers VALUES('2f8e1365-9344-48b5-af31-39a02fed61c8',639314460863976961,'ada','ADA',NULL,NULL,0,'AQAAAAIAAYagAAAAEKrqfZtg/eMeqVVi9svWGXUiZvcR4NKZSnuE8D8Ga2U7AhySE870Uj4KbXc6hBjGkw==','T4H4VSZL3BW3EQZKPUKVJWYUGHXIKFF2','f09968d1-4642-4ad1-a061-8948a23b10eb',NULL,0,0,NULL,1,0);
INSERT INTO AspNetUsers VALUES('3c0fab2d-a491-4c68-b539-4180211486a9',639314460867146469,'bob','BOB',NULL,NULL,0,'AQAAAAIAAYagAAAAEC6xGf9g+D+FXkblZILrN95fbw3wio51Yl4dABCasM3O3WbbwakEMwyscIfL7uwbVg==','NAS6KZM55PIDUVWNBLEVGYM3FJAAH776','3fca2463-5772-485c-be08-4b6c0e942694',NULL,0,0,NULL,1,0);
CREATE TABLE IF NOT EXISTS "Runs" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Runs" PRIMARY KEY,
    "Kind" TEXT NOT NULL,
    "Target" TEXT NOT NULL,
    "ExclusiveKey" TEXT NOT NULL,
    "RequestKey" TEXT NULL,
    "State" TEXT NOT NULL,
    "ParametersJson" TEXT NOT NULL,
    "Done" INTEGER NOT NULL,
    "Total" INTEGER NULL,
    "Unit" TEXT NOT NULL,
    "Stage" TEXT NOT NULL,
    "RatePerSecond" REAL NULL,
    "Error" TEXT NULL,
    "CheckpointJson" TEXT NULL,
    "ResultJson" TEXT NULL,
    "MetricsJson" TEXT NOT NULL,
    "Owner" TEXT NULL,
    "Child" TEXT NULL,
    "HeartbeatAt" INTEGER NULL,
    "Attempt" INTEGER NOT NULL,
    "StartedBy" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "StartedAt" INTEGER NULL,
    "EndedAt" INTEGER NULL,
    "Revision" INTEGER NOT NULL
);
INSERT INTO Runs VALUES('01A220F4-FE6C-720C-B827-590D62D8E1C4','Import','encyclopedia','corpus:encyclopedia',NULL,'Succeeded','{"Corpus":"encyclopedia","Paths":["samples/encyclopedia/articles"],"Upload":null,"BuildIndex":true}',203,203,'KiB','Importing: 170 documents, 289 new passages',NULL,NULL,NULL,'{"documents":170,"blocks":289,"skipped":[]}','{"documents":170,"blocks":289,"skipped":0}',NULL,NULL,639314460580454564,1,'RealmWeb',639314460565568900,639314460580454564,639314460593100422,7);
INSERT INTO Runs VALUES('01A220F5-081C-70CE-8036-22F676D3F6AC','IndexBuild','encyclopedia','corpus:encyclopedia',NULL,'Succeeded','{"Corpus":"encyclopedia","Model":""}',289,289,'passages','Writing vectors',NULL,NULL,NULL,replace('{\n  "generation": "gc872cf44-1-6c399789",\n  "seconds": 2.609537,\n  "blocks": 289,\n  "model": "realm-small"\n}','\n',char(10)),'{}',NULL,NULL,639314460616113671,1,'RealmWeb',639314460590369793,639314460593537783,639314460634704791,9);
INSERT INTO Runs VALUES('01A220F5-756B-7E12-A2A7-36C48527C503','Import','harbour','corpus:harbour',NULL,'Succeeded','{"Corpus":"harbour","Paths":[],"Upload":"01a220f5753b759991314042808dea1c","BuildIndex":true}',1,1,'KiB','Importing: 2 documents, 2 new passages',NULL,NULL,NULL,'{"documents":2,"blocks":2,"skipped":[]}','{"documents":2,"blocks":2,"skipped":0}',NULL,NULL,639314460870373673,1,'ada',639314460870192479,639314460870373673,639314460870926756,6);
INSERT INTO Runs VALUES('01A220F5-75A5-777C-8981-0210783AC633','IndexBuild','harbour','corpus:harbour',NULL,'Succeeded','{"Corpus":"harbour","Model":""}',2,2,'passages','Writing vectors',NULL,NULL,NULL,replace('{\n  "generation": "g4eff0c20-1-6c399789",\n  "seconds": 0.2293106,\n  "blocks": 2,\n  "model": "realm-small"\n}','\n',char(10)),'{}',NULL,NULL,639314460871234858,1,'ada',639314460870775767,639314460871234858,639314460884576293,9);
INSERT INTO Runs VALUES('01A220F5-D961-7988-B2E8-4E3AD3EA77EC','FineTune','tuned','train',NULL,'Succeeded','{"Corpus":"encyclopedia","Steps":2,"Model":"realm-small","NewModel":"tuned","QuestionSets":["lessons"],"Config":"","Seed":1,"Settings":""}',2,2,'steps','Reader',NULL,NULL,'{"begun":true}',replace('{\n  "model": "tuned",\n  "steps": 4,\n  "seconds": 3.7825188,\n  "tokensPerSecond": 2776.565161282574,\n  "metrics": {\n    "loss": 1.1861314177513123,\n    "gradientNorm": 22.807029779275087,\n    "tokensPerSecond": 1758.2078637799987,\n    "examplesPerSecond": 16.341170132977805,\n    "tokensSeen": 3443,\n    "examplesSeen": 32,\n    "paddingShare": 0.021874999999999978,\n    "memoryMiB": 485.82421875,\n    "learningRate": 0.00015\n  },\n  "retriever": {\n    "steps": 2,\n    "seconds": 1.8242803,\n    "tokensPerSecond": 3794.9178797421605,\n    "metrics": {\n      "accuracy": 0.8125,\n      "removedShare": 0.8333333333333333,\n      "removedAccuracy": 0.43333333333333335,\n      "keptAccuracy": 1,\n      "loss": 1.0762945711612701,\n      "gradientNorm": 12.012565273428073,\n      "tokensPerSecond": 3794.8914610611687,\n      "examplesPerSecond": 35.08203193155583,\n      "tokensSeen": 6923,\n      "examplesSeen": 64,\n      "paddingShare": 0.22734374999999996,\n      "memoryMiB": 480.359375,\n      "learningRate": 0.0001\n    }\n  },\n  "reader": {\n    "steps": 2,\n    "seconds": 1.9582385,\n    "tokensPerSecond": 1758.2124428229874,\n    "metrics": {\n      "loss": 1.1861314177513123,\n      "gradientNorm": 22.807029779275087,\n      "tokensPerSecond": 1758.2078637799987,\n      "examplesPerSecond": 16.341170132977805,\n      "tokensSeen": 3443,\n      "examplesSeen": 32,\n      "paddingShare": 0.021874999999999978,\n      "memoryMiB": 485.82421875,\n      "learningRate": 0.00015\n    }\n  },\n  "joint": null,\n  "openQa": null,\n  "answering": {\n    "noAnswerThreshold": 0.6551978964819841,\n    "denseFusionWeight": 0.1,\n    "beam": 50,\n    "temperature": null,\n    "mixture": null\n  }\n}','\n',char(10)),'{"Retriever/accuracy":0.8125,"Retriever/removedShare":0.8333333333333333,"Retriever/removedAccuracy":0.43333333333333335,"Retriever/keptAccuracy":1,"Retriever/loss":1.0762945711612701,"Retriever/gradientNorm":12.012565273428073,"Retriever/tokensPerSecond":3807.2473645549617,"Retriever/examplesPerSecond":35.19623717028412,"Retriever/tokensSeen":6923,"Retriever/examplesSeen":64,"Retriever/paddingShare":0.22734374999999996,"Retriever/memoryMiB":480.31640625,"Retriever/learningRate":0.0001,"Reader/loss":1.1861314177513123,"Reader/gradientNorm":22.807029779275087,"Reader/tokensPerSecond":1758.82625039239,"Reader/examplesPerSecond":16.346905027700085,"Reader/tokensSeen":3443,"Reader/examplesSeen":32,"Reader/paddingShare":0.021874999999999978,"Reader/memoryMiB":485.8203125,"Reader/learningRate":0.00015}',NULL,NULL,639314461171364957,1,'ada',639314461126091329,639314461126297544,639314461192513639,13);
INSERT INTO Runs VALUES('01A220F5-F470-72F8-BFED-5CDD02C6D08D','Evaluate','tuned','train',NULL,'Succeeded','{"Corpus":"encyclopedia","QuestionSet":"exam","Model":"tuned","Retriever":"Hybrid","Limit":40}',40,40,'questions','Evaluating',NULL,NULL,NULL,replace('{\n  "n": 40,\n  "answerable": 29,\n  "em": 51.724137931034484,\n  "f1": 56.781609195402304,\n  "emOrqa": 51.724137931034484,\n  "forcedEm": 55.172413793103445,\n  "forcedF1": 60.229885057471265,\n  "recallAt": {\n    "1": 100,\n    "5": 100,\n    "20": 100,\n    "100": 100\n  },\n  "recallByAnswerAt": {\n    "1": 100,\n    "5": 100,\n    "20": 100,\n    "100": 100\n  },\n  "recallByPassageAt": {\n    "1": 100,\n    "5": 100,\n    "20": 100,\n    "100": 100\n  },\n  "mrr": 100,\n  "readerOracle": 100,\n  "noAnswer": {\n    "precision": 83.33333333333333,\n    "recall": 45.45454545454545,\n    "f1": 58.8235294117647\n  },\n  "unanswerableRecognised": 45.45454545454545,\n  "falseRefusals": 3.4482758620689653,\n  "calibrated": false,\n  "calibration": {\n    "questions": 40,\n    "expectedCalibrationError": 0.12903200141990726,\n    "logLoss": 0.4637456467861911,\n    "bins": [\n      {\n        "from": 0,\n        "to": 0.1,\n        "count": 5,\n        "confidence": 0.04344441760097624,\n        "accuracy": 0\n      },\n      {\n        "from": 0.1,\n        "to": 0.2,\n        "count": 6,\n        "confidence": 0.15281935611453176,\n        "accuracy": 0.16666666666666666\n      },\n      {\n        "from": 0.2,\n        "to": 0.3,\n        "count": 5,\n        "confidence": 0.27490078641341226,\n        "accuracy": 0.2\n      },\n      {\n        "from": 0.3,\n        "to": 0.4,\n        "count": 2,\n        "confidence": 0.33734482469300275,\n        "accuracy": 0.5\n      },\n      {\n        "from": 0.4,\n        "to": 0.5,\n        "count": 2,\n        "confidence": 0.46077219132937325,\n        "accuracy": 0.5\n      },\n      {\n        "from": 0.5,\n        "to": 0.6,\n        "count": 5,\n        "confidence": 0.5526849003590175,\n        "accuracy": 0.2\n      },\n      {\n        "from": 0.6,\n        "to": 0.7,\n        "count": 2,\n        "confidence": 0.6479080808173463,\n        "accuracy": 0\n      },\n      {\n        "from": 0.7,\n        "to": 0.8,\n        "count": 5,\n        "confidence": 0.7521845218426118,\n        "accuracy": 0.8\n      },\n      {\n        "from": 0.8,\n        "to": 0.9,\n        "count": 2,\n        "confidence": 0.8312599878556465,\n        "accuracy": 0.5\n      },\n      {\n        "from": 0.9,\n        "to": 1,\n        "count": 6,\n        "confidence": 0.9796889707452873,\n        "accuracy": 1\n      }\n    ]\n  },\n  "perQuestion": null,\n  "model": "tuned",\n  "generation": "gc872cf44-1-194567eb",\n  "retriever": "hybrid",\n  "seconds": 5.8612221\n}','\n',char(10)),'{"n":40,"answerable":29,"em":51.724137931034484,"f1":56.781609195402304,"emOrqa":51.724137931034484,"forcedEm":55.172413793103445,"forcedF1":60.229885057471265,"recall@1":100,"recall@5":100,"recall@20":100,"recall@100":100,"mrr":100,"readerOracle":100,"unanswerableRecognised":45.45454545454545,"falseRefusals":3.4482758620689653,"seconds":5.8612221}',NULL,NULL,639314461280498701,1,'ada',639314461195367356,639314461195421044,639314461290575057,46);
INSERT INTO Runs VALUES('01A220F5-F484-75CC-9494-3246A9932AFB','Evaluate','realm-small','train',NULL,'Succeeded','{"Corpus":"encyclopedia","QuestionSet":"exam","Model":"realm-small","Retriever":"Hybrid","Limit":40}',40,40,'questions','Evaluating',NULL,NULL,NULL,replace('{\n  "n": 40,\n  "answerable": 29,\n  "em": 48.275862068965516,\n  "f1": 53.333333333333336,\n  "emOrqa": 48.275862068965516,\n  "forcedEm": 55.172413793103445,\n  "forcedF1": 60.229885057471265,\n  "recallAt": {\n    "1": 100,\n    "5": 100,\n    "20": 100,\n    "100": 100\n  },\n  "recallByAnswerAt": {\n    "1": 100,\n    "5": 100,\n    "20": 100,\n    "100": 100\n  },\n  "recallByPassageAt": {\n    "1": 100,\n    "5": 100,\n    "20": 100,\n    "100": 100\n  },\n  "mrr": 100,\n  "readerOracle": 100,\n  "noAnswer": {\n    "precision": 72.72727272727273,\n    "recall": 72.72727272727273,\n    "f1": 72.72727272727273\n  },\n  "unanswerableRecognised": 72.72727272727273,\n  "falseRefusals": 10.344827586206897,\n  "calibrated": false,\n  "calibration": {\n    "questions": 40,\n    "expectedCalibrationError": 0.13301219408403325,\n    "logLoss": 0.46858883911303206,\n    "bins": [\n      {\n        "from": 0,\n        "to": 0.1,\n        "count": 9,\n        "confidence": 0.04120642421816941,\n        "accuracy": 0.1111111111111111\n      },\n      {\n        "from": 0.1,\n        "to": 0.2,\n        "count": 6,\n        "confidence": 0.16061267349144592,\n        "accuracy": 0.16666666666666666\n      },\n      {\n        "from": 0.2,\n        "to": 0.3,\n        "count": 4,\n        "confidence": 0.2290745843488862,\n        "accuracy": 0.5\n      },\n      {\n        "from": 0.3,\n        "to": 0.4,\n        "count": 1,\n        "confidence": 0.34504003986445375,\n        "accuracy": 0\n      },\n      {\n        "from": 0.4,\n        "to": 0.5,\n        "count": 5,\n        "confidence": 0.44513169241570677,\n        "accuracy": 0.2\n      },\n      {\n        "from": 0.5,\n        "to": 0.6,\n        "count": 4,\n        "confidence": 0.5632056580578717,\n        "accuracy": 0.5\n      },\n      {\n        "from": 0.6,\n        "to": 0.7,\n        "count": 1,\n        "confidence": 0.6154682041588734,\n        "accuracy": 0\n      },\n      {\n        "from": 0.7,\n        "to": 0.8,\n        "count": 2,\n        "confidence": 0.7525293449686297,\n        "accuracy": 1\n      },\n      {\n        "from": 0.8,\n        "to": 0.9,\n        "count": 3,\n        "confidence": 0.8539776135901972,\n        "accuracy": 0.6666666666666666\n      },\n      {\n        "from": 0.9,\n        "to": 1,\n        "count": 5,\n        "confidence": 0.984908705899521,\n        "accuracy": 1\n      }\n    ]\n  },\n  "perQuestion": null,\n  "model": "realm-small",\n  "generation": "gc872cf44-1-6c399789",\n  "retriever": "hybrid",\n  "seconds": 4.4231089\n}','\n',char(10)),'{"n":40,"answerable":29,"em":48.275862068965516,"f1":53.333333333333336,"emOrqa":48.275862068965516,"forcedEm":55.172413793103445,"forcedF1":60.229885057471265,"recall@1":100,"recall@5":100,"recall@20":100,"recall@100":100,"mrr":100,"readerOracle":100,"unanswerableRecognised":72.72727272727273,"falseRefusals":10.344827586206897,"seconds":4.4231089}',NULL,NULL,639314461330768231,1,'ada',639314461195567949,639314461290605627,639314461349216627,37);
INSERT INTO Runs VALUES('01A220F6-355E-77F4-AC85-A59C2419E7FF','IndexBuild','encyclopedia','corpus:encyclopedia',NULL,'Succeeded','{"Corpus":"encyclopedia","Model":""}',289,289,'passages','Writing vectors',NULL,NULL,NULL,replace('{\n  "generation": "gc872cf44-1-194567eb",\n  "seconds": 3.05074,\n  "blocks": 289,\n  "model": "tuned"\n}','\n',char(10)),'{}',NULL,NULL,639314461402083148,1,'ada',639314461361583062,639314461361714033,639314461411433108,9);
INSERT INTO Runs VALUES('01A220F6-3568-7B89-8803-8FDA92C5EEB8','IndexBuild','harbour','corpus:harbour',NULL,'Succeeded','{"Corpus":"harbour","Model":""}',2,2,'passages','Writing vectors',NULL,NULL,NULL,replace('{\n  "generation": "g4eff0c20-1-194567eb",\n  "seconds": 0.4489695,\n  "blocks": 2,\n  "model": "tuned"\n}','\n',char(10)),'{}',NULL,NULL,639314461381845308,1,'ada',639314461361688253,639314461361815280,639314461385068790,9);
CREATE TABLE IF NOT EXISTS "Settings" (
    "Key" TEXT NOT NULL CONSTRAINT "PK_Settings" PRIMARY KEY,
    "Value" TEXT NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS "AspNetRoleClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoleClaims" PRIMARY KEY AUTOINCREMENT,
    "RoleId" TEXT NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetRoleClaims_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "AspNetUserClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUserClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" TEXT NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetUserClaims_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" TEXT NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "AspNetUserRoles" (
    "UserId" TEXT NOT NULL,
    "RoleId" TEXT NOT NULL,
    CONSTRAINT "PK_AspNetUserRoles" PRIMARY KEY ("UserId", "RoleId"),
    CONSTRAINT "FK_AspNetUserRoles_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_AspNetUserRoles_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
INSERT INTO AspNetUserRoles VALUES('2f8e1365-9344-48b5-af31-39a02fed61c8','82221cb8-fc5a-4ace-8e91-f20a90851124');
INSERT INTO AspNetUserRoles VALUES('3c0fab2d-a491-4c68-b539-4180211486a9','23c86453-c8da-453c-90b0-203ba846a499');
CREATE TABLE IF NOT EXISTS "AspNetUserTokens" (
    "UserId" TEXT NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AspNetUserTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AspNetUserTokens_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "RunLog" (
    "Sequence" INTEGER NOT NULL CONSTRAINT "PK_RunLog" PRIMARY KEY AUTOINCREMENT,
    "RunId" TEXT NOT NULL,
    "At" INTEGER NOT NULL,
    "Level" TEXT NOT NULL,
    "Message" TEXT NOT NULL,
    CONSTRAINT "FK_RunLog_Runs_RunId" FOREIGN KEY ("RunId") REFERENCES "Runs" ("Id") ON DELETE CASCADE
);
INSERT INTO RunLog VALUES(4,'01A220F5-756B-7E12-A2A7-36C48527C503',639314460870907108,'info','The index build is queued.');
CREATE TABLE IF NOT EXISTS "RunMetrics" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_RunMetrics" PRIMARY KEY AUTOINCREMENT,
    "RunId" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Step" INTEGER NOT NULL,
    "Value" REAL NOT NULL,
    CONSTRAINT "FK_RunMetrics_Runs_RunId" FOREIGN KEY ("RunId") REFERENCES "Runs" ("Id") ON DELETE CASCADE
);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('RunMetrics',37);
INSERT INTO sqlite_sequence VALUES('RunLog',4);
INSERT INTO sqlite_sequence VALUES('AskedQuestions',2);
CREATE INDEX "IX_AskedQuestions_Corpus_AskedAt" ON "AskedQuestions" ("Corpus", "AskedAt");
CREATE INDEX "IX_AspNetRoleClaims_RoleId" ON "AspNetRoleClaims" ("RoleId");
CREATE UNIQUE INDEX "RoleNameIndex" ON "AspNetRoles" ("NormalizedName");
CREATE INDEX "IX_AspNetUserClaims_UserId" ON "AspNetUserClaims" ("UserId");
CREATE INDEX "IX_AspNetUserLogins_UserId" ON "AspNetUserLogins" ("UserId");
CREATE INDEX "IX_AspNetUserRoles_RoleId" ON "AspNetUserRoles" ("RoleId");
CREATE INDEX "EmailIndex" ON "AspNetUsers" ("NormalizedEmail");
CREATE UNIQUE INDEX "UserNameIndex" ON "AspNetUsers" ("NormalizedUserName");
CREATE INDEX "IX_RunLog_RunId_Sequence" ON "RunLog" ("RunId", "Sequence");
CREATE INDEX "IX_RunMetrics_RunId_Name_Step" ON "RunMetrics" ("RunId", "Name", "Step");
CREATE INDEX "IX_Runs_CreatedAt" ON "Runs" ("CreatedAt");
CREATE UNIQUE INDEX "IX_Runs_RequestKey" ON "Runs" ("RequestKey");
CREATE INDEX "IX_Runs_State" ON "Runs" ("State");
COMMIT;
