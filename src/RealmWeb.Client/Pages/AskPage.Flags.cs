using MudBlazor;
using RealmWeb.Client.Components.Flags;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Pages;

/// <summary>What the asker says of the answer.</summary>
public sealed partial class AskPage
{
    private const string UndoKey = "undo-flag";
    private bool _flagOpen;
    private string _flagged = "";

    private FlagSession Flags => flags;

    private Flagging FlagAccess => session.Info?.Flagging ?? Flagging.Off;

    /// <summary>There is an answer, or a refusal, that this one may flag.</summary>
    private bool MayFlag => session is { Phase: AskPhase.Answered, Response: not null } && FlagAccess == Flagging.On;

    private string SignInAddress => $"signin?return={Uri.EscapeDataString(navigation.ToBaseRelativePath(navigation.Uri))}";

    private async Task OnAnswerAsync()
    {
        if (session.Response is { } response && response.Id != flags.Answer)
        {
            _flagged = "";
            await flags.BeginAsync(response.Id);
        }
        StateHasChanged();
    }

    private Task OpenFlagAsync()
    {
        _flagOpen = true;
        StateHasChanged();
        return page.FocusAsync("flag-1");
    }

    private Task OnFlagKeyAsync(string key) => key switch
    {
        "f" => OpenFlagAsync(),
        "u" => UndoAsync(),
        "y" or "n" when Shown.FirstOrDefault(passage => passage.BlockId == _selected) is { } passage =>
            SayOfPassageAsync(passage.Number, key == "y" ? PassageVerdict.Answers : PassageVerdict.DoesNotBelong),
        "1" or "2" or "3" when _flagOpen || flags.SaysSomething => (key, session.Response!.NoAnswer) switch
        {
            ("1", false) => SayAsync(AnswerVerdict.Right),
            ("2", _) => SayAsync(AnswerVerdict.Wrong),
            ("3", true) => Task.CompletedTask,
            _ => SayNotInDocumentsAsync(),
        },
        _ => Task.CompletedTask,
    };

    private Task SayAsync(AnswerVerdict verdict) => ShowChangeAsync(
        flags.SayAsync(verdict),
        flag => flag.Answer switch { null => "Taken back", AnswerVerdict.Right => "Flagged as right", _ => "Flagged as wrong" });

    private Task SayNotInDocumentsAsync() => ShowChangeAsync(
        flags.SayNotInDocumentsAsync(session.Response is { NoAnswer: false }),
        flag => flag.NotInDocuments ? "Flagged: not in these documents" : "Taken back");

    private Task SayOfPassageAsync(int number, PassageVerdict verdict) => ShowChangeAsync(
        flags.SayOfPassageAsync(number, verdict),
        flag => flag.Passages?.TryGetValue(number, out var said) != true ? "Taken back"
            : said == PassageVerdict.Answers ? $"Passage {number} answers it" : $"Passage {number} does not belong here");

    private Task PointNowhereAsync() => ShowChangeAsync(flags.PointNowhereAsync(), _ => "The mark is removed");

    private Task NoteAsync(string note) => ShowChangeAsync(flags.NoteAsync(note ?? ""), _ => "The note is kept");

    private async Task PointAsync()
    {
        // It would lie on the dialog; the panel keeps the way back.
        snackbar.RemoveByKey(UndoKey);
        var shown = session.Evidence.Select(FoundOf).ToList();
        var answering = session.Evidence.FirstOrDefault(
            passage => flags.Flag.Passages?.TryGetValue(passage.Number, out var verdict) == true && verdict == PassageVerdict.Answers);
        var parameters = new DialogParameters<PlacePicker>
        {
            { picker => picker.Corpus, Searched },
            { picker => picker.Shown, shown },
            { picker => picker.Chosen, answering is null ? null : FoundOf(answering) },
        };
        var options = new DialogOptions { CloseButton = true, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Medium, FullWidth = true };
        var dialog = await dialogs.ShowAsync<PlacePicker>("Where is the answer?", parameters, options);
        if ((await dialog.Result)?.Data is PlacePicker.Place place)
            await ShowChangeAsync(flags.PointAsync(place.Where, place.Text), _ => $"Marked: {place.Text}");
    }

    private async Task UndoAsync()
    {
        if (!await flags.UndoAsync()) return;
        snackbar.RemoveByKey(UndoKey);
        _flagged = "Undone";
        StateHasChanged();
    }

    // Says what was done, with the way back for as long as there is one.
    private async Task ShowChangeAsync(Task<bool> change, Func<FlagRequest, string> said)
    {
        if (!await change) return;
        _flagged = said(flags.Flag);
        snackbar.RemoveByKey(UndoKey);
        snackbar.Add(
            _flagged, Severity.Normal,
            bar =>
            {
                bar.VisibleStateDuration = (int)FlagSession.UndoTime.TotalMilliseconds;
                bar.ShowTransitionDuration = 100;
                bar.HideTransitionDuration = 100;
                bar.Action = "Undo";
                bar.OnClick = _ => InvokeAsync(UndoAsync);
            },
            UndoKey);
        StateHasChanged();
    }

    private static FoundPassage FoundOf(EvidencePassage passage) =>
        new(passage.BlockId, passage.DocumentId, passage.Title, passage.Text, passage.DocumentStart);
}
