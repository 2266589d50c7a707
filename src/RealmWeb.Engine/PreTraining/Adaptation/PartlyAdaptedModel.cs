using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>The model of a run with a share of what was learned: its weights, and what weighs its scores.</summary>
/// <param name="openIndex">Opens the index of the corpus and a model; whoever calls it disposes what it gives.</param>
/// <param name="answering">Of the start, with the weights of the scores that training drops, since it cannot know.</param>
/// <param name="asked">What scores are compared on.</param>
internal sealed class PartlyAdaptedModel(
    TrainingRun run, SearchableCorpus corpus, Func<RealmModel, DenseBlockIndex> openIndex, TowerWeights start, TowerWeights learned,
    AnsweringDefaults answering, IReadOnlyList<string> asked)
{
    private (ListScores Products, ListScores Relevance)? _former;

    /// <summary>Gives the run's model a share of what was learned, 0 to 1.</summary>
    public async Task PutAsync(double share)
    {
        if (share > 0 && _former is null)
            await PutAsync(0);
        start.Put(run.Model, learned, share);
        run.Change(model => model.WithTrainedWeights().WithAnswering(answering));
        using var index = openIndex(run.Model);
        var products = await ListScores.OfInnerProductsAsync(run.Model, corpus, index, asked, run.Time, run.Cancelled);
        if (answering.Mixture is { } mixture && _former is { } former)
            run.Change(model => model.WithAnswering(answering with { Mixture = former.Products.Carry(mixture, products) }));
        var relevance = await ListScores.OfRelevanceAsync(run.Model, corpus, index, asked, run.Time, run.Cancelled);
        _former ??= (products, relevance);
        run.Change(model => model.WithAnswering(_former.Value.Relevance.Carry(model.Answering, relevance)));
    }

    /// <summary>What dense retrieval finds, and what the mixture finds; that is null for a model without one.</summary>
    public async Task<(IReadOnlyList<QuestionOutcome> Dense, IReadOnlyList<QuestionOutcome>? Mixture)> RetrieveAsync(
        IReadOnlyList<QuestionExample> questions)
    {
        using var index = openIndex(run.Model);
        await using var server = new ModelServer(run.Model, temperatures: []);
        var answerer = new QuestionAnswerer(server, corpus.Blocks, index, corpus.Terms, run.Time);
        return (await ByAsync(RetrieverKind.Dense), answering.Mixture is null ? null : await ByAsync(RetrieverKind.Hybrid));

        async Task<IReadOnlyList<QuestionOutcome>> ByAsync(RetrieverKind retriever) =>
            await Evaluator.RetrieveAsync(answerer, questions, retriever, run.Time, run.Progress, run.Cancelled);
    }
}
