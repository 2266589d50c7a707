using Microsoft.AspNetCore.Components;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.State;

/// <summary>What the asker says of the answer on the page. The only writer of it; each change goes to the site at once and can be undone for ten
/// seconds.</summary>
public sealed class FlagSession(RealmApi api, TimeProvider time) : IDisposable
{
    /// <summary>How long a change can be undone with one press.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(10);

    private static readonly FlagRequest Nothing = new();
    private readonly ChangeSignal _changed = new();
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Said _said = new(Nothing, "");
    private (Said Before, DateTimeOffset Until)? _undo;

    /// <summary>The answer that is spoken of; empty for none.</summary>
    public Guid Answer { get; private set; }

    /// <summary>What is said, as the site has it.</summary>
    public FlagRequest Flag => _said.Flag;

    /// <summary>The words that were pointed at; empty where none were.</summary>
    public string PlaceText => _said.PlaceText;

    public bool SaysSomething => !IsNothing(Flag);

    /// <summary>Why the last change did not reach the site; null when it did.</summary>
    public Problem? Problem { get; private set; }

    public bool CanUndo => _undo is { } undo && time.GetUtcNow() < undo.Until;

    public IDisposable OnChange(EventCallback callback) => _changed.Subscribe(callback);

    /// <summary>Another answer is on the page: nothing is said of it yet.</summary>
    public async Task BeginAsync(Guid answer)
    {
        if (Answer == answer) return;
        (Answer, _said, _undo, Problem) = (answer, new(Nothing, ""), null, null);
        await _changed.RaiseAsync();
    }

    /// <summary>Says that the answer words are right or wrong; said again, it is taken back.</summary>
    public Task<bool> SayAsync(AnswerVerdict verdict) => ChangeAsync(said => said with
    {
        Flag = said.Flag with { Answer = said.Flag.Answer == verdict && !said.Flag.NotInDocuments ? null : verdict, NotInDocuments = false },
    });

    /// <summary>Says that the documents do not hold the answer; said again, it is taken back.</summary>
    /// <param name="answered">There are answer words, which then are wrong.</param>
    public Task<bool> SayNotInDocumentsAsync(bool answered) => ChangeAsync(said => said.Flag.NotInDocuments
        ? said with { Flag = said.Flag with { NotInDocuments = false, Answer = null } }
        : new Said(
            said.Flag with
            {
                NotInDocuments = true,
                Answer = answered ? AnswerVerdict.Wrong : null,
                // What would contradict it.
                Place = null,
                Passages = said.Flag.Passages?.Where(passage => passage.Value != PassageVerdict.Answers).ToDictionary(),
            },
            ""));

    /// <summary>Says that a passage answers the question or does not belong there; said again, it is taken back.</summary>
    public Task<bool> SayOfPassageAsync(int number, PassageVerdict verdict) => ChangeAsync(said =>
    {
        var passages = said.Flag.Passages?.ToDictionary() ?? [];
        if (passages.GetValueOrDefault(number, (PassageVerdict)(-1)) == verdict) passages.Remove(number);
        else passages[number] = verdict;
        var flag = said.Flag with { Passages = passages };
        return said with { Flag = verdict == PassageVerdict.Answers ? InDocuments(flag) : flag };
    });

    /// <summary>Points at the words that answer the question.</summary>
    public Task<bool> PointAsync(MarkedPlace place, string text) => ChangeAsync(said => new Said(InDocuments(said.Flag) with { Place = place }, text));

    public Task<bool> PointNowhereAsync() => ChangeAsync(said => new Said(said.Flag with { Place = null }, ""));

    public Task<bool> NoteAsync(string note) => ChangeAsync(said => said with { Flag = said.Flag with { Note = note.Trim() } });

    /// <summary>Takes the last change back.</summary>
    public async Task<bool> UndoAsync()
    {
        if (!CanUndo || _undo is not { } undo) return false;
        _undo = null;
        return await ChangeAsync(_ => undo.Before, mayUndo: false);
    }

    public void Dispose() => _oneAtATime.Dispose();

    private static FlagRequest InDocuments(FlagRequest flag) =>
        flag.NotInDocuments ? flag with { NotInDocuments = false, Answer = null } : flag;

    private static bool IsNothing(FlagRequest flag) =>
        flag is { Answer: null, NotInDocuments: false, Place: null, Note.Length: 0, Passages: null or { Count: 0 } };

    private async Task<bool> ChangeAsync(Func<Said, Said> change, bool mayUndo = true)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            var (answer, before) = (Answer, _said);
            var after = change(before);
            if (IsNothing(before.Flag) && IsNothing(after.Flag)) return false;
            // Shown at once; what the site refuses is taken from the page again.
            (_said, Problem) = (after, null);
            await _changed.RaiseAsync();
            var problem = IsNothing(after.Flag) ? (await api.TakeFlagBackAsync(answer)).Problem : (await api.FlagAsync(answer, after.Flag)).Problem;
            if (Answer != answer) return false;
            if (problem is not null) (_said, Problem) = (before, problem);
            else if (mayUndo) _undo = (before, time.GetUtcNow() + UndoTime);
            await _changed.RaiseAsync();
            return problem is null;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private sealed record Said(FlagRequest Flag, string PlaceText);
}
