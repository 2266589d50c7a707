using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Accounts;
using RealmWeb.Data.Questions;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Storage;

namespace RealmWeb.Data;

/// <summary>The main database: accounts, runs with log and metrics, settings, asked questions. Corpora have databases of their own.</summary>
public sealed class RealmDbContext(DbContextOptions<RealmDbContext> options) : IdentityDbContext<RealmUser>(options)
{
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunLogEntry> RunLog => Set<RunLogEntry>();
    public DbSet<RunMetric> RunMetrics => Set<RunMetric>();
    public DbSet<AskedQuestion> AskedQuestions => Set<AskedQuestion>();
    public DbSet<Setting> Settings => Set<Setting>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        // SQLite has no type for it; UTC ticks sort and compare.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        configurationBuilder.Properties<RunKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunState>().HaveConversion<string>().HaveMaxLength(32);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        base.OnModelCreating(builder);
        builder.Entity<Run>(run =>
        {
            run.HasIndex(r => r.State);
            run.HasIndex(r => r.CreatedAt);
            run.HasIndex(r => r.RequestKey).IsUnique();
        });
        builder.Entity<RunLogEntry>(entry =>
        {
            entry.HasKey(e => e.Sequence);
            entry.HasIndex(e => new { e.RunId, e.Sequence });
            entry.HasOne<Run>().WithMany().HasForeignKey(e => e.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RunMetric>(metric =>
        {
            metric.HasIndex(m => new { m.RunId, m.Stage, m.Name, m.Step });
            metric.HasOne<Run>().WithMany().HasForeignKey(m => m.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AskedQuestion>().HasIndex(question => new { question.Corpus, question.AskedAt });
        builder.Entity<Setting>().HasKey(setting => setting.Key);
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
