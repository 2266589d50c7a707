using System.Security.Cryptography;
using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Jobs.QuestionSets;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Chains;

/// <summary>What a snapshot holds fast.</summary>
/// <param name="Corpus">Whose labels are learned from.</param>
/// <param name="Candidate">Model that is to be made.</param>
/// <param name="QuestionSets">Sets that it learns from and is measured with, those of the labels among them.</param>
/// <param name="LabelSet">Name for the set of the labels to learn from; empty for none.</param>
/// <param name="HeldOutSet">Name for the set of the labels to gate on; empty for none.</param>
internal sealed record SnapshotParameters(
    string Corpus, string Candidate, IReadOnlyList<string> QuestionSets, string LabelSet, string HeldOutSet) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.Snapshot;
}

/// <summary>What a snapshot found.</summary>
internal sealed record SnapshotResult(IReadOnlyList<SnapshotSet> Sets);

/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
internal sealed record SnapshotSet(string Name, int Questions, string Sha256);

/// <summary>Makes question sets of the corpus's labels, and writes down by their content which questions a chain learns from and measures with.</summary>
internal sealed class SnapshotWork(QuestionSetLibrary questionSets, LabelLessons labels, RealmPaths paths) : IRunWork
{
    public RunKind Kind => RunKind.Snapshot;

    public Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var snapshot = parameters.As<SnapshotParameters>();
        foreach (var set in snapshot.QuestionSets.Where(set => set != snapshot.LabelSet && set != snapshot.HeldOutSet))
            questionSets.Get(set);
        return Task.FromResult(new RunPlan(snapshot, snapshot.Candidate, ""));
    }

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var snapshot = RunParameters.Of<SnapshotParameters>(run.Run);
        if (snapshot.LabelSet.Length > 0)
            await labels.WriteAsync(snapshot.Corpus, LabelSplit.Train, snapshot.LabelSet, run.Run.StartedBy, cancellationToken);
        if (snapshot.HeldOutSet.Length > 0)
            await labels.WriteAsync(snapshot.Corpus, LabelSplit.Test, snapshot.HeldOutSet, run.Run.StartedBy, cancellationToken);
        var sets = new List<SnapshotSet>();
        foreach (var name in snapshot.QuestionSets.Distinct())
        {
            await using var file = File.OpenRead(Path.Combine(paths.Root, questionSets.RequireFile(name)));
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            sets.Add(new SnapshotSet(name, questionSets.Get(name).Questions, hash));
            run.Log("info", $"{name}: {sets[^1].Questions} questions, SHA-256 {hash}");
            run.Report(sets.Count, snapshot.QuestionSets.Count, "question sets", "Reading");
        }
        return new RunOutcome(ResultJson: JsonSerializer.Serialize(new SnapshotResult(sets)));
    }

    public IReadOnlyList<string> QuestionSetsOf(Run run) => RunParameters.Of<SnapshotParameters>(run).QuestionSets;
}
