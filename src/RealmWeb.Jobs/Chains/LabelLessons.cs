using RealmWeb.Data;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Files;
using RealmWeb.Jobs.Annotation;
using RealmWeb.Jobs.QuestionSets;

namespace RealmWeb.Jobs.Chains;

/// <summary>Labels of a corpus as question sets: what is learned from, and what is kept out of that to measure with.</summary>
internal sealed class LabelLessons(LabelExport labels, QuestionSetLibrary questionSets, RealmPaths paths, TimeProvider time)
{
    /// <summary>Labels of a part that can be used now.</summary>
    public async Task<int> CountAsync(string corpus, LabelSplit split, CancellationToken cancellationToken)
    {
        using var folder = ScratchFolder.In(paths.Scratch);
        return (await labels.WriteAsync(corpus, Path.Combine(folder.Path, "labels.jsonl"), split, cancellationToken: cancellationToken)).Questions;
    }

    /// <summary>Makes a question set of a part; one that is there already stays as it is.</summary>
    /// <param name="addedBy">User name.</param>
    public async Task WriteAsync(string corpus, LabelSplit split, string name, string addedBy, CancellationToken cancellationToken)
    {
        if (questionSets.Find(name) is not null)
            return;
        using var folder = ScratchFolder.In(paths.Scratch);
        var (shown, path) = ($"{name}.jsonl", Path.Combine(folder.Path, "questions.jsonl"));
        await labels.WriteAsync(corpus, path, split, cancellationToken: cancellationToken);
        var check = QuestionFileCheck.Of(path, shown, cancellationToken);
        questionSets.Add(
            new QuestionSet(
                name, Path.GetFileName(path), shown, new FileInfo(path).Length, check.Questions, check.Answerable, check.Readable, check.LeftOut,
                check.LeftOutCount, addedBy, time.GetUtcNow()), path);
    }
}
