using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Access;
using RealmWeb.Data.Accounts;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Events;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Data.Notices;
using RealmWeb.Data.Questions;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Data.Sources;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;
using RealmWeb.Data.Widgets;

namespace RealmWeb.Data;

/// <summary>The main database: accounts, runs with log and metrics, models with what was measured and promoted, settings, asked questions, flags,
/// labels. Corpora have databases of their own.</summary>
public sealed class RealmDbContext(DbContextOptions<RealmDbContext> options) : IdentityDbContext<RealmUser>(options)
{
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunLogEntry> RunLog => Set<RunLogEntry>();
    public DbSet<RunMetric> RunMetrics => Set<RunMetric>();
    public DbSet<ModelRow> Models => Set<ModelRow>();
    public DbSet<EvaluationRow> Evaluations => Set<EvaluationRow>();
    public DbSet<PromotionRow> Promotions => Set<PromotionRow>();
    public DbSet<AskedQuestion> AskedQuestions => Set<AskedQuestion>();
    public DbSet<AskedPassage> AskedPassages => Set<AskedPassage>();
    public DbSet<Flag> Flags => Set<Flag>();
    public DbSet<PassageFlag> PassageFlags => Set<PassageFlag>();
    public DbSet<AnnotationItem> AnnotationItems => Set<AnnotationItem>();
    public DbSet<ItemPassage> ItemPassages => Set<ItemPassage>();
    public DbSet<Label> Labels => Set<Label>();
    public DbSet<LabelPassage> LabelPassages => Set<LabelPassage>();
    public DbSet<LabelSpan> LabelSpans => Set<LabelSpan>();
    public DbSet<Guideline> Guidelines => Set<Guideline>();
    public DbSet<Schedule> Schedules => Set<Schedule>();
    public DbSet<ScheduleEntry> ScheduleEntries => Set<ScheduleEntry>();
    public DbSet<NoticeMark> NoticeMarks => Set<NoticeMark>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<StoredEvent> Events => Set<StoredEvent>();
    public DbSet<Setting> Settings => Set<Setting>();
    public DbSet<Chain> Chains => Set<Chain>();
    public DbSet<ChainLink> ChainLinks => Set<ChainLink>();
    public DbSet<GateRuleRow> GateRules => Set<GateRuleRow>();
    public DbSet<Widget> Widgets => Set<Widget>();
    public DbSet<WidgetDay> WidgetDays => Set<WidgetDay>();
    public DbSet<RestrictedCorpus> RestrictedCorpora => Set<RestrictedCorpus>();
    public DbSet<CorpusGrantRow> CorpusGrants => Set<CorpusGrantRow>();
    public DbSet<UserGroupRow> UserGroups => Set<UserGroupRow>();
    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();
    public DbSet<SourceRow> Sources => Set<SourceRow>();
    public DbSet<DepartedRow> DepartedDocuments => Set<DepartedRow>();

    /// <summary>Runs a statement that names tables as a database of ours has them, each in double quotes after a word such as FROM.</summary>
    internal int Execute(FormattableString sql) => Database.ExecuteSql(Named(sql));

    /// <inheritdoc cref="Execute"/>
    internal Task<int> ExecuteAsync(FormattableString sql, CancellationToken cancellationToken) => Database.ExecuteSqlAsync(Named(sql), cancellationToken);

    private FormattableString Named(FormattableString sql) => HostTables.Are(options) ? HostTables.In(sql) : sql;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        // SQLite has no type for it; UTC ticks sort and compare.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        configurationBuilder.Properties<RunKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunState>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<OverlapPolicy>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<MissedPolicy>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ScheduleResult>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ModelOrigin>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ItemSource>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<LabelState>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ModelAlias>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AnswerVerdict>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<PassageVerdict>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<FlagOutcome>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ChainState>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ChainLinkKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ChainLinkState>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<GrantKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<CorpusRole>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<SourceKind>().HaveConversion<string>().HaveMaxLength(32);
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
        builder.Entity<NoticeMark>(mark =>
        {
            mark.HasKey(m => m.UserId);
            mark.HasOne<RealmUser>().WithOne().HasForeignKey<NoticeMark>(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<WebhookDelivery>(delivery =>
        {
            delivery.HasIndex(d => new { d.RunId, d.Url }).IsUnique();
            delivery.HasIndex(d => d.NextAt);
            delivery.HasOne<Run>().WithMany().HasForeignKey(d => d.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<StoredEvent>(happened =>
        {
            happened.HasKey(e => new { e.Topic, e.Seq });
            happened.HasIndex(e => new { e.Topic, e.Type, e.Subject });
            happened.HasIndex(e => e.At);
        });
        builder.Entity<Schedule>(schedule =>
        {
            schedule.HasIndex(s => s.Name).IsUnique();
            schedule.HasIndex(s => s.NextAt);
        });
        builder.Entity<ScheduleEntry>(entry =>
        {
            entry.HasOne<Schedule>().WithMany().HasForeignKey(e => e.ScheduleId).OnDelete(DeleteBehavior.Cascade);
            entry.HasIndex(e => new { e.ScheduleId, e.DueAt }).IsUnique();
        });
        builder.Entity<ModelRow>(model => model.HasIndex(m => new { m.Name, m.Shipped }).IsUnique().HasFilter("\"RemovedAt\" IS NULL"));
        builder.Entity<EvaluationRow>(evaluation =>
        {
            evaluation.HasOne<ModelRow>().WithMany().HasForeignKey(e => e.ModelId).OnDelete(DeleteBehavior.Restrict);
            evaluation.HasIndex(e => e.RunId).IsUnique();
        });
        builder.Entity<PromotionRow>(promotion =>
        {
            promotion.HasOne<ModelRow>().WithMany().HasForeignKey(p => p.ModelId).OnDelete(DeleteBehavior.Restrict);
            promotion.HasIndex(p => new { p.Alias, p.Id });
        });
        builder.Entity<AskedQuestion>(question =>
        {
            question.HasIndex(q => new { q.Corpus, q.AskedAt });
            question.HasIndex(q => q.AskedAt);
            question.HasIndex(q => q.AskedBy);
            question.HasIndex(q => q.Visitor);
            question.OwnsMany(q => q.Candidates, candidate => candidate.ToJson());
            question.HasMany(q => q.Passages).WithOne().HasForeignKey(p => p.QuestionId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AskedPassage>().HasKey(passage => new { passage.QuestionId, passage.Rank });
        builder.Entity<Flag>(flag =>
        {
            flag.HasOne(f => f.Question).WithOne().HasForeignKey<Flag>(f => f.QuestionId).OnDelete(DeleteBehavior.Cascade);
            flag.HasIndex(f => f.WorkedOnAt);
            flag.HasIndex(f => f.LabelId);
            flag.OwnsOne(f => f.Place);
            flag.HasMany(f => f.Passages).WithOne().HasForeignKey(p => p.FlagId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<PassageFlag>().HasKey(passage => new { passage.FlagId, passage.Rank });
        ConfigureAnnotation(builder);
        builder.Entity<Setting>().HasKey(setting => setting.Key);
        builder.Entity<Chain>(chain =>
        {
            chain.HasIndex(c => c.State);
            chain.HasIndex(c => c.RequestKey).IsUnique();
            // Of two started in the same moment one finds the name taken.
            chain.HasIndex(c => c.Candidate).IsUnique();
            chain.HasMany(c => c.Links).WithOne().HasForeignKey(l => l.ChainId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ChainLink>().HasKey(link => new { link.ChainId, link.Number });
        builder.Entity<GateRuleRow>().HasIndex(rule => rule.Corpus);
        builder.Entity<WidgetDay>(day =>
        {
            day.HasKey(d => new { d.WidgetId, d.Day });
            day.HasOne<Widget>().WithMany().HasForeignKey(d => d.WidgetId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<CorpusGrantRow>(grant =>
        {
            grant.HasKey(g => new { g.Corpus, g.Kind, g.Name });
            grant.HasIndex(g => new { g.Kind, g.Name });
        });
        builder.Entity<UserGroupRow>().HasMany(group => group.Members).WithOne().HasForeignKey(member => member.Group).OnDelete(DeleteBehavior.Cascade);
        builder.Entity<GroupMember>(member =>
        {
            member.HasKey(m => new { m.Group, m.UserName });
            member.HasIndex(m => m.UserName);
        });
        builder.Entity<SourceRow>().HasIndex(source => new { source.Corpus, source.Name }).IsUnique();
        builder.Entity<DepartedRow>(departed =>
        {
            departed.HasKey(d => new { d.SourceId, d.DocumentId });
            departed.HasOne<SourceRow>().WithMany().HasForeignKey(d => d.SourceId).OnDelete(DeleteBehavior.Cascade);
        });
        if (HostTables.Are(options))
            HostTables.Rename(builder);
    }

    private static void ConfigureAnnotation(ModelBuilder builder)
    {
        builder.Entity<AnnotationItem>(item =>
        {
            item.HasIndex(i => new { i.Corpus, i.Place });
            item.HasIndex(i => i.Place);
            item.HasIndex(i => i.AskedQuestionId).IsUnique();
            item.HasIndex(i => i.HeldBy);
            item.HasMany(i => i.Passages).WithOne().HasForeignKey(p => p.ItemId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ItemPassage>().HasKey(passage => new { passage.ItemId, passage.Rank });
        builder.Entity<Label>(label =>
        {
            // Whoever merges labels of an item may have one of their own.
            label.HasIndex(l => new { l.ItemId, l.By, l.Merged }).IsUnique();
            label.HasIndex(l => new { l.By, l.State });
            label.HasIndex(l => l.SubmittedAt);
            label.HasOne<AnnotationItem>().WithMany().HasForeignKey(l => l.ItemId).OnDelete(DeleteBehavior.Cascade);
            label.HasMany(l => l.Passages).WithOne().HasForeignKey(p => p.LabelId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<LabelPassage>(passage =>
        {
            passage.HasKey(p => new { p.LabelId, p.Rank });
            passage.HasMany(p => p.Spans).WithOne().HasForeignKey(s => new { s.LabelId, s.Rank }).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<LabelSpan>().HasKey(span => new { span.LabelId, span.Rank, span.Start, span.End });
        builder.Entity<Guideline>().HasKey(guideline => new { guideline.Corpus, guideline.Version });
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
