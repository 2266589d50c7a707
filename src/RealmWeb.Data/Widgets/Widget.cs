using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Data.Widgets;

/// <summary>A box on other sites' pages in which visitors of theirs ask.</summary>
public sealed class Widget
{
    /// <summary>Stands in the other sites' pages for all to read.</summary>
    [MaxLength(32)]
    public required string Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Names of corpora that may be asked; the first where none is named.</summary>
    public List<string> Corpora { get; set; } = [];

    /// <summary>Those of them that were restricted when an admin let visitors ask them all the same. One that is restricted later is not asked.</summary>
    public List<string> Opened { get; set; } = [];

    /// <summary>Sites whose pages may show it, as headers take them; none switches it off.</summary>
    public List<string> Origins { get; set; } = [];
    public int AsksPerMinute { get; set; }
    public int AsksPerDay { get; set; }

    /// <summary>Whoever asked may say whether the answer is right.</summary>
    public bool Flags { get; set; }
    public string MadeBy { get; set; } = "";
    public DateTimeOffset MadeAt { get; set; }
}

/// <summary>How often a widget was asked on a day, so that a restart forgets no limit.</summary>
public sealed class WidgetDay
{
    [MaxLength(32)]
    public required string WidgetId { get; set; }

    /// <summary>In UTC.</summary>
    public DateOnly Day { get; set; }
    public int Asks { get; set; }
}
