using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RealmWeb.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class MergedLabelsAndRunData : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Labels_ItemId_By",
                table: "Labels");

            migrationBuilder.AddColumn<bool>(
                name: "Merged",
                table: "Labels",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "DataJson",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Labels_ItemId_By_Merged",
                table: "Labels",
                columns: new[] { "ItemId", "By", "Merged" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Labels_ItemId_By_Merged",
                table: "Labels");

            migrationBuilder.DropColumn(
                name: "Merged",
                table: "Labels");

            migrationBuilder.DropColumn(
                name: "DataJson",
                table: "Runs");

            migrationBuilder.CreateIndex(
                name: "IX_Labels_ItemId_By",
                table: "Labels",
                columns: new[] { "ItemId", "By" },
                unique: true);
        }
    }
}
