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
    private (double Share, MixtureCarry Carry)? _has;

    /// <summary>Gives the run's model a share of what was learned, 0 to 1.</summary>
    public async Task PutAsync(double share, MixtureCarry carry)
    {
        if (_has == (share, carry))
            return;
        if (share > 0 && _former is null)
            await PutAsync(0, carry);
        start.Put(run.Model, learned, share);
        run.Change(model => model.WithTrainedWeights().WithAnswering(answering));
        using var index = openIndex(run.Model);
        var products = await ListScores.OfInnerProductsAsync(run.Model, corpus, index, asked, run.Time, run.Cancelled);
        if (answering.Mixture is { } mixture && _former is { } former && carry == MixtureCarry.Balanced)
            run.Change(model => model.WithAnswering(answering with { Mixture = former.Products.Carry(mixture, products) }));
        var relevance = await ListScores.OfRelevanceAsync(run.Model, corpus, index, asked, run.Time, run.Cancelled);
        _former ??= (products, relevance);
        run.Change(model => model.WithAnswering(_former.Value.Relevance.Carry(model.Answering, relevance)));
        _has = (share, carry);
    }

    /// <summary>What a retriever finds with the weights that were put last.</summary>
    public Task<IReadOnlyList<QuestionOutcome>> RetrieveAsync(IReadOnlyList<QuestionExample> questions, RetrieverKind retriever) =>
        WithAnswererAsync(answerer => Evaluator.RetrieveAsync(answerer, questions, retriever, run.Time, run.Progress, run.Cancelled));

    /// <summary>Lowers the bias of "no answer" where more than a share of the questions whose passage is read would be refused.</summary>
    public async Task RefuseAtMostAsync(double share, IReadOnlyList<QuestionExample> questions)
    {
        var outcomes = await WithAnswererAsync(answerer => Evaluator.RunAsync(
            answerer, questions, ListScores.ReadDepth, RetrieverKind.Hybrid, run.Time, run.Progress, run.Cancelled));
        run.Change(model => model.WithAnswering(NoAnswerFit.AtMost(model.Answering, outcomes, ListScores.ReadDepth, share)));
    }

    private async Task<T> WithAnswererAsync<T>(Func<QuestionAnswerer, Task<T>> work)
    {
        using var index = openIndex(run.Model);
        await using var server = new ModelServer(run.Model, temperatures: []);
        return await work(new QuestionAnswerer(server, corpus.Blocks, index, corpus.Terms, run.Time));
    }
}
