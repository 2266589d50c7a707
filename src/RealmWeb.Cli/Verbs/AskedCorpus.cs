using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary>Questions with the corpus that they are asked of.</summary>
internal sealed record AskedCorpus(CorpusStore Store, IReadOnlyList<QuestionExample> Questions)
{
    /// <summary>The same without the questions that the corpus does not answer.</summary>
    public AskedCorpus Answerable() => this with { Questions = [.. Questions.Where(question => !question.IsImpossible)] };

    /// <summary>Opens the corpus for a model, builds its index where one is needed and there is none, and answers from it while the work lasts.</summary>
    /// <remarks>The model answers as it says itself, whatever was fitted to the corpus: what is fitted here is to be fitted from the same.</remarks>
    /// <param name="temperatures">At which confidence is wanted; null for the model's own.</param>
    public async Task WithAnswererAsync(
        VerbContext context, RealmModel model, RetrieverKind retriever, Func<QuestionAnswerer, Task> work, IReadOnlyList<double>? temperatures = null)
    {
        using var index = retriever == RetrieverKind.Lexical
            ? Store.OpenIndex(model) : Store.OpenOrBuildIndex(model, context.Time, context.Progress, context.Cancelled);
        await using var session = AnsweringSession.Open(Store, model, index, context.Time, temperatures, unfitted: true);
        await work(session.Answerer);
    }
}
