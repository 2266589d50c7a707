using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RealmWeb.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ModelsAndAnswers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // SQLite cannot turn a number into another kind of key: the table is made anew. Questions from before get a random id each.
            migrationBuilder.DropIndex(
                name: "IX_AskedQuestions_Corpus_AskedAt",
                table: "AskedQuestions");

            migrationBuilder.RenameTable(
                name: "AskedQuestions",
                newName: "FormerAskedQuestions");

            migrationBuilder.CreateTable(
                name: "AskedQuestions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Corpus = table.Column<string>(type: "TEXT", nullable: false),
                    Question = table.Column<string>(type: "TEXT", nullable: false),
                    Retriever = table.Column<string>(type: "TEXT", nullable: false),
                    Answer = table.Column<string>(type: "TEXT", nullable: true),
                    NoAnswer = table.Column<bool>(type: "INTEGER", nullable: false),
                    Confidence = table.Column<double>(type: "REAL", nullable: false),
                    Calibrated = table.Column<bool>(type: "INTEGER", nullable: false),
                    NullMass = table.Column<double>(type: "REAL", nullable: false),
                    EncodeMilliseconds = table.Column<double>(type: "REAL", nullable: false),
                    SearchMilliseconds = table.Column<double>(type: "REAL", nullable: false),
                    ReadMilliseconds = table.Column<double>(type: "REAL", nullable: false),
                    TotalMilliseconds = table.Column<double>(type: "REAL", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Generation = table.Column<string>(type: "TEXT", nullable: false),
                    AskedBy = table.Column<string>(type: "TEXT", nullable: false),
                    Visitor = table.Column<string>(type: "TEXT", nullable: true),
                    AskedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Candidates = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AskedQuestions", x => x.Id);
                });

            migrationBuilder.Sql(
                """
                INSERT INTO "AskedQuestions"
                    ("Id", "Corpus", "Question", "Retriever", "Answer", "NoAnswer", "Confidence", "Calibrated", "NullMass", "EncodeMilliseconds",
                     "SearchMilliseconds", "ReadMilliseconds", "TotalMilliseconds", "Model", "Generation", "AskedBy", "AskedAt", "Candidates")
                SELECT hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2)
                       || '-' || hex(randomblob(6)),
                       "Corpus", "Question", '', "Answer", "NoAnswer", "Confidence", 0, 0, 0, 0, 0, "TotalMilliseconds", "Model", "Generation", "AskedBy",
                       "AskedAt", '[]'
                FROM "FormerAskedQuestions"
                """);

            migrationBuilder.DropTable(
                name: "FormerAskedQuestions");

            migrationBuilder.CreateIndex(
                name: "IX_AskedQuestions_Corpus_AskedAt",
                table: "AskedQuestions",
                columns: new[] { "Corpus", "AskedAt" });

            migrationBuilder.CreateTable(
                name: "AskedPassages",
                columns: table => new
                {
                    QuestionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Rank = table.Column<int>(type: "INTEGER", nullable: false),
                    DocumentId = table.Column<long>(type: "INTEGER", nullable: false),
                    BlockId = table.Column<string>(type: "TEXT", nullable: false),
                    BlockStart = table.Column<int>(type: "INTEGER", nullable: false),
                    RetrievalScore = table.Column<double>(type: "REAL", nullable: false),
                    RetrievalProbability = table.Column<double>(type: "REAL", nullable: false),
                    ReaderProbability = table.Column<double>(type: "REAL", nullable: true),
                    SpanStart = table.Column<int>(type: "INTEGER", nullable: true),
                    SpanEnd = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AskedPassages", x => new { x.QuestionId, x.Rank });
                    table.ForeignKey(
                        name: "FK_AskedPassages_AskedQuestions_QuestionId",
                        column: x => x.QuestionId,
                        principalTable: "AskedQuestions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Models",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Shipped = table.Column<bool>(type: "INTEGER", nullable: false),
                    WeightsHash = table.Column<string>(type: "TEXT", nullable: false),
                    WeightsBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    WeightsWrittenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Origin = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Training = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Base = table.Column<string>(type: "TEXT", nullable: true),
                    BaseId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Corpus = table.Column<string>(type: "TEXT", nullable: true),
                    RunId = table.Column<Guid>(type: "TEXT", nullable: true),
                    SettingsJson = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    RemovedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Models", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Evaluations",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ModelId = table.Column<Guid>(type: "TEXT", nullable: false),
                    QuestionSet = table.Column<string>(type: "TEXT", nullable: false),
                    Corpus = table.Column<string>(type: "TEXT", nullable: false),
                    Retriever = table.Column<string>(type: "TEXT", nullable: false),
                    Questions = table.Column<int>(type: "INTEGER", nullable: false),
                    FiguresJson = table.Column<string>(type: "TEXT", nullable: false),
                    ReportFile = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    RunId = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Evaluations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Evaluations_Models_ModelId",
                        column: x => x.ModelId,
                        principalTable: "Models",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Promotions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Alias = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    ModelId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Previous = table.Column<string>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Promotions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Promotions_Models_ModelId",
                        column: x => x.ModelId,
                        principalTable: "Models",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AskedQuestions_AskedAt",
                table: "AskedQuestions",
                column: "AskedAt");

            migrationBuilder.CreateIndex(
                name: "IX_AskedQuestions_AskedBy",
                table: "AskedQuestions",
                column: "AskedBy");

            migrationBuilder.CreateIndex(
                name: "IX_AskedQuestions_Visitor",
                table: "AskedQuestions",
                column: "Visitor");

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_ModelId",
                table: "Evaluations",
                column: "ModelId");

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_RunId",
                table: "Evaluations",
                column: "RunId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Models_Name_Shipped",
                table: "Models",
                columns: new[] { "Name", "Shipped" },
                unique: true,
                filter: "\"RemovedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Promotions_Alias_Id",
                table: "Promotions",
                columns: new[] { "Alias", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Promotions_ModelId",
                table: "Promotions",
                column: "ModelId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AskedPassages");

            migrationBuilder.DropTable(
                name: "Evaluations");

            migrationBuilder.DropTable(
                name: "Promotions");

            migrationBuilder.DropTable(
                name: "Models");

            migrationBuilder.RenameTable(
                name: "AskedQuestions",
                newName: "LaterAskedQuestions");

            migrationBuilder.Sql(
                """
                CREATE TABLE "AskedQuestions" (
                    "Id" INTEGER NOT NULL CONSTRAINT "PK_AskedQuestions" PRIMARY KEY AUTOINCREMENT,
                    "Corpus" TEXT NOT NULL, "Question" TEXT NOT NULL, "Answer" TEXT NULL, "NoAnswer" INTEGER NOT NULL, "Confidence" REAL NOT NULL,
                    "TotalMilliseconds" REAL NOT NULL, "Model" TEXT NOT NULL, "Generation" TEXT NOT NULL, "AskedBy" TEXT NOT NULL, "AskedAt" INTEGER NOT NULL);
                INSERT INTO "AskedQuestions"
                    ("Corpus", "Question", "Answer", "NoAnswer", "Confidence", "TotalMilliseconds", "Model", "Generation", "AskedBy", "AskedAt")
                SELECT "Corpus", "Question", "Answer", "NoAnswer", "Confidence", "TotalMilliseconds", "Model", "Generation", "AskedBy", "AskedAt"
                FROM "LaterAskedQuestions" ORDER BY "AskedAt";
                DROP TABLE "LaterAskedQuestions";
                CREATE INDEX "IX_AskedQuestions_Corpus_AskedAt" ON "AskedQuestions" ("Corpus", "AskedAt");
                """);
        }
    }
}
