using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RealmWeb.Data.Sqlite.Migrations
{
    /// <summary>Stages of curves, signs of life of the work, whether it has begun; and uploads are known by the request key of their run.</summary>
    public partial class RunStagesAndSigns : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>("Begun", "Runs", type: "INTEGER", nullable: false, defaultValue: false);
            migrationBuilder.AddColumn<long>("WorkSeenAt", "Runs", type: "INTEGER", nullable: true);
            migrationBuilder.AddColumn<string>("Stage", "RunMetrics", type: "TEXT", nullable: false, defaultValue: "");
            migrationBuilder.DropIndex("IX_RunMetrics_RunId_Name_Step", "RunMetrics");

            migrationBuilder.Sql("UPDATE \"Runs\" SET Begun = 1 WHERE CheckpointJson IS NOT NULL");
            // Without building the table anew, which would have to wait for the end of the migration.
            migrationBuilder.Sql("ALTER TABLE \"Runs\" DROP COLUMN CheckpointJson");

            // "Reader/loss" was the loss of the stage "Reader"; of one name in several stages the last stage's value is the latest.
            migrationBuilder.Sql(
                "UPDATE \"RunMetrics\" SET Stage = substr(Name, 1, instr(Name, '/') - 1), Name = substr(Name, instr(Name, '/') + 1) WHERE instr(Name, '/') > 0");
            migrationBuilder.Sql(
                """
                UPDATE "Runs" AS run SET MetricsJson =
                    (SELECT json_group_object(substr(latest.key, instr(latest.key, '/') + 1), latest.value) FROM json_each(run.MetricsJson) AS latest)
                WHERE Kind = 'FineTune' AND instr(MetricsJson, '/') > 0
                """);

            // What an upload was answered stood under a setting of its own.
            migrationBuilder.Sql(
                """
                UPDATE "Runs" AS run SET
                    RequestKey = upload.Key,
                    ParametersJson = json_set(run.ParametersJson, '$.Files', json_extract(upload.Value, '$.Files'), '$.Bytes', json_extract(upload.Value, '$.Bytes'))
                FROM "Settings" AS upload
                WHERE upload.Key LIKE 'upload:%' AND upper(json_extract(upload.Value, '$.RunId')) = run.Id AND run.RequestKey IS NULL
                """);
            migrationBuilder.Sql("DELETE FROM \"Settings\" WHERE Key LIKE 'upload:%'");

            migrationBuilder.CreateIndex("IX_RunMetrics_RunId_Stage_Name_Step", "RunMetrics", ["RunId", "Stage", "Name", "Step"]);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex("IX_RunMetrics_RunId_Stage_Name_Step", "RunMetrics");
            migrationBuilder.AddColumn<string>("CheckpointJson", "Runs", type: "TEXT", nullable: true);
            migrationBuilder.Sql("UPDATE \"Runs\" SET CheckpointJson = '{\"begun\":true}' WHERE Begun = 1");
            migrationBuilder.Sql("UPDATE \"RunMetrics\" SET Name = Stage || '/' || Name WHERE Stage <> ''");
            migrationBuilder.Sql("ALTER TABLE \"RunMetrics\" DROP COLUMN Stage");
            migrationBuilder.Sql("ALTER TABLE \"Runs\" DROP COLUMN Begun");
            migrationBuilder.Sql("ALTER TABLE \"Runs\" DROP COLUMN WorkSeenAt");
            migrationBuilder.CreateIndex("IX_RunMetrics_RunId_Name_Step", "RunMetrics", ["RunId", "Name", "Step"]);
        }
    }
}
