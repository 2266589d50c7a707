using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RealmWeb.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Labels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AnnotationItems",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Corpus = table.Column<string>(type: "TEXT", nullable: false),
                    Question = table.Column<string>(type: "TEXT", nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    AskedQuestionId = table.Column<Guid>(type: "TEXT", nullable: true),
                    ImportedId = table.Column<string>(type: "TEXT", nullable: false),
                    Place = table.Column<double>(type: "REAL", nullable: false),
                    Wanted = table.Column<int>(type: "INTEGER", nullable: false),
                    Given = table.Column<int>(type: "INTEGER", nullable: false),
                    HidesGuess = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    HeldBy = table.Column<string>(type: "TEXT", nullable: true),
                    HeldUntil = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AnnotationItems", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Guidelines",
                columns: table => new
                {
                    Corpus = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Guidelines", x => new { x.Corpus, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "ItemPassages",
                columns: table => new
                {
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    Rank = table.Column<int>(type: "INTEGER", nullable: false),
                    DocumentId = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false),
                    BlockId = table.Column<string>(type: "TEXT", nullable: false),
                    BlockStart = table.Column<int>(type: "INTEGER", nullable: false),
                    Title = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    RetrievalScore = table.Column<double>(type: "REAL", nullable: false),
                    RetrievalProbability = table.Column<double>(type: "REAL", nullable: false),
                    ReaderProbability = table.Column<double>(type: "REAL", nullable: true),
                    GuessStart = table.Column<int>(type: "INTEGER", nullable: true),
                    GuessEnd = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ItemPassages", x => new { x.ItemId, x.Rank });
                    table.ForeignKey(
                        name: "FK_ItemPassages_AnnotationItems_ItemId",
                        column: x => x.ItemId,
                        principalTable: "AnnotationItems",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Labels",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    GuidelineVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    NoAnswer = table.Column<bool>(type: "INTEGER", nullable: false),
                    BadQuestion = table.Column<bool>(type: "INTEGER", nullable: false),
                    Reformulated = table.Column<string>(type: "TEXT", nullable: true),
                    Note = table.Column<string>(type: "TEXT", nullable: true),
                    Chosen = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    SubmittedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Labels", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Labels_AnnotationItems_ItemId",
                        column: x => x.ItemId,
                        principalTable: "AnnotationItems",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "LabelPassages",
                columns: table => new
                {
                    LabelId = table.Column<long>(type: "INTEGER", nullable: false),
                    Rank = table.Column<int>(type: "INTEGER", nullable: false),
                    DocumentId = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false),
                    BlockId = table.Column<string>(type: "TEXT", nullable: false),
                    BlockStart = table.Column<int>(type: "INTEGER", nullable: false),
                    Title = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    Grade = table.Column<int>(type: "INTEGER", nullable: true),
                    Found = table.Column<bool>(type: "INTEGER", nullable: false),
                    Stale = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LabelPassages", x => new { x.LabelId, x.Rank });
                    table.ForeignKey(
                        name: "FK_LabelPassages_Labels_LabelId",
                        column: x => x.LabelId,
                        principalTable: "Labels",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "LabelSpans",
                columns: table => new
                {
                    LabelId = table.Column<long>(type: "INTEGER", nullable: false),
                    Rank = table.Column<int>(type: "INTEGER", nullable: false),
                    Start = table.Column<int>(type: "INTEGER", nullable: false),
                    End = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LabelSpans", x => new { x.LabelId, x.Rank, x.Start, x.End });
                    table.ForeignKey(
                        name: "FK_LabelSpans_LabelPassages_LabelId_Rank",
                        columns: x => new { x.LabelId, x.Rank },
                        principalTable: "LabelPassages",
                        principalColumns: new[] { "LabelId", "Rank" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationItems_AskedQuestionId",
                table: "AnnotationItems",
                column: "AskedQuestionId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationItems_Corpus_Place",
                table: "AnnotationItems",
                columns: new[] { "Corpus", "Place" });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationItems_HeldBy",
                table: "AnnotationItems",
                column: "HeldBy");

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationItems_Place",
                table: "AnnotationItems",
                column: "Place");

            migrationBuilder.CreateIndex(
                name: "IX_Labels_By_State",
                table: "Labels",
                columns: new[] { "By", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_Labels_ItemId_By",
                table: "Labels",
                columns: new[] { "ItemId", "By" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Labels_SubmittedAt",
                table: "Labels",
                column: "SubmittedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Guidelines");

            migrationBuilder.DropTable(
                name: "ItemPassages");

            migrationBuilder.DropTable(
                name: "LabelSpans");

            migrationBuilder.DropTable(
                name: "LabelPassages");

            migrationBuilder.DropTable(
                name: "Labels");

            migrationBuilder.DropTable(
                name: "AnnotationItems");
        }
    }
}
