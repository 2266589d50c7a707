using System.Globalization;
using System.Text.Json;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Chains;

/// <summary>Chains as they are shown.</summary>
public sealed class ChainReader
{
    private readonly ChainStore _chains;
    private readonly RunStore _runs;
    private readonly RunReader _reader;
    private readonly GateReports _reports;

    internal ChainReader(ChainStore chains, RunStore runs, RunReader reader, GateReports reports) =>
        (_chains, _runs, _reader, _reports) = (chains, runs, reader, reports);

    public async Task<ChainView?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
        await _chains.FindAsync(id, cancellationToken) is { } chain ? await ViewAsync(chain, cancellationToken) : null;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ChainView>> ListAsync(int take = 100, CancellationToken cancellationToken = default)
    {
        var views = new List<ChainView>();
        foreach (var chain in await _chains.ListAsync(take, cancellationToken))
            views.Add(await ViewAsync(chain, cancellationToken));
        return views;
    }

    /// <summary>What the gate said of a chain; null while it has not judged, or when there is no such chain.</summary>
    public async Task<GateReport?> ReportAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await _chains.FindAsync(id, cancellationToken))?.ReportJson is { } json ? JsonSerializer.Deserialize<GateReport>(json) : null;

    /// <summary>What both models made of a question of the gate; null when there is no such chain, set or question.</summary>
    /// <param name="number">Place in the evaluation, from 1.</param>
    /// <exception cref="RunFailedException">What was answered is gone.</exception>
    public async Task<QuestionEvidence?> EvidenceAsync(Guid id, string questionSet, long number, CancellationToken cancellationToken = default) =>
        await _chains.FindAsync(id, cancellationToken) is { ReportJson: not null } chain ? _reports.Find(chain, questionSet, number) : null;

    internal async Task<ChainView> ViewAsync(Chain chain, CancellationToken cancellationToken)
    {
        var parameters = ChainParameters.Of(chain);
        var links = new List<ChainLinkView>();
        foreach (var link in chain.Links)
        {
            var run = link.RunId is { } id ? await _runs.FindAsync(id, cancellationToken) : null;
            links.Add(new ChainLinkView(
                link.Number, link.Kind, link.Model, link.QuestionSet, link.State == ChainLinkState.Done,
                run is null ? null : await _reader.SnapshotAsync(run, cancellationToken), FactsOf(link, run)));
        }
        return new ChainView(
            chain.Id, chain.Corpus, chain.State, chain.Production, chain.Candidate, parameters.QuestionSets, parameters.LabelSet.Length > 0,
            parameters.PromotesWhenGreen,
            chain.Green, chain.Error, chain.StartedBy, chain.CreatedAt, chain.EndedAt, chain.DecidedBy, chain.Reason, links, chain.Revision)
        {
            Weights = parameters.Weights?.Where(weight => weight.Key != parameters.LabelSet).ToDictionary(weight => weight.Key, weight => weight.Value),
            LabelWeight = parameters.Weights?.GetValueOrDefault(parameters.LabelSet, 1) ?? 1,
        };
    }

    private static Dictionary<string, string> FactsOf(ChainLink link, Run? run)
    {
        if (run?.ResultJson is not { } json)
            return [];
        try
        {
            return link.Kind switch
            {
                ChainLinkKind.Snapshot => JsonSerializer.Deserialize<SnapshotResult>(json)!.Sets.ToDictionary(
                    set => set.Name, set => string.Create(CultureInfo.InvariantCulture, $"{set.Questions} questions, SHA-256 {set.Sha256[..12]}")),
                ChainLinkKind.Index => new() { ["Generation"] = ChildProtocol.ReadResult<IndexBuildResult>(json).Generation },
                _ => [],
            };
        }
        catch (JsonException)
        {
            // Of another release of the program: the link is shown without it.
            return [];
        }
    }
}
