using System.Text.Json;
using Microsoft.AspNetCore.Components;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs.Starting;

/// <summary>The fields of a kind of run, and the order that they make.</summary>
public abstract class RunForm : ComponentBase
{
    private bool _wasComplete;
    private string _told = "";

    [Parameter, EditorRequired] public RunKindInfo Kind { get; set; } = RunKinds.All[0];

    [Parameter, EditorRequired] public RunChoices Choices { get; set; } = new([], [], null);

    [Parameter, EditorRequired] public RunDraft Draft { get; set; } = new();

    /// <summary>What the form shows first; null for what its kind mostly needs.</summary>
    [Parameter] public RunOrder? Given { get; set; }

    /// <summary>Told when <see cref="Complete"/> turns over.</summary>
    [Parameter] public EventCallback<bool> CompleteChanged { get; set; }

    /// <summary>Told when another run was chosen; null while something is missing.</summary>
    [Parameter] public EventCallback<RunOrder?> OrderChanged { get; set; }

    /// <summary>Everything that the run needs is there.</summary>
    public abstract bool Complete { get; }

    /// <summary>What was chosen.</summary>
    public abstract RunOrder Order { get; }

    /// <summary>The form for a kind of run.</summary>
    public static Type For(RunKindInfo kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Produces switch
        {
            RunProduct.Index => typeof(IndexBuildForm),
            RunProduct.Documents when !kind.IsSent => typeof(SyncForm),
            RunProduct.Figures => typeof(EvaluationForm),
            RunProduct.Model => kind.QuestionSets == QuestionSetUse.None ? typeof(PreTrainingForm) : typeof(FineTuningForm),
            _ => throw new ArgumentException($"{kind.Name} is not started from the dialog: documents are sent from the page of their corpus.", nameof(kind)),
        };
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Complete != _wasComplete)
        {
            _wasComplete = Complete;
            await CompleteChanged.InvokeAsync(Complete);
        }

        // Lists among its fields: two equal orders are not equal as records.
        var order = Complete ? JsonSerializer.Serialize(Order) : "";
        if (order == _told) return;
        _told = order;
        await OrderChanged.InvokeAsync(Complete ? Order : null);
    }
}
