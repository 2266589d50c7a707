using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Appends what a reader of a page sees: blocks apart by a blank line, rows and items a line each; scripts, navigation and what is hidden are
/// dropped.</summary>
/// <remarks>What only readers' software skips (aria-hidden) is seen and stays.</remarks>
internal sealed partial class HtmlText(PlainTextBuilder text)
{
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "noscript", "template", "nav", "head", "svg", "iframe", "object", "canvas", "select", "datalist", "textarea", "audio", "video",
        "annotation", "annotation-xml",
    };

    // Cells of tables that only place things on the page are among them; rows of other tables come from HtmlTable.
    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "details", "dialog", "dir", "div", "dl", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "listing", "main", "menu", "ol", "p", "plaintext",
        "pre", "search", "section", "summary", "table", "td", "th", "tr", "ul", "xmp",
    };

    private readonly Dictionary<INode, ListNumbers> _numbers = [];
    private int _preformatted;

    /// <summary>Text of the first heading; null where there is none.</summary>
    internal string? Heading { get; private set; }

    /// <summary>Appends the visible text of a fragment.</summary>
    /// <exception cref="InsufficientExecutionStackException">It is nested too deeply.</exception>
    internal void Append(string html)
    {
        if (HtmlNesting.IsTooDeep(html))
            throw new InsufficientExecutionStackException("HTML nested too deeply.");
        using var page = new HtmlParser().ParseDocument(html);
        if (page.Body is { } body)
            Append(body);
    }

    // A stack of child numbers instead of recursion, which a hostile page could exhaust, and of NextSibling, which searches the parent each time.
    internal void Append(INode root)
    {
        var path = new Stack<(INode Node, int Child)>();
        path.Push((root, 0));
        while (path.TryPop(out var at))
        {
            if (at.Child == at.Node.ChildNodes.Length)
            {
                if (at.Node != root && at.Node is IElement element)
                    Leave(element);
                continue;
            }
            path.Push(at with { Child = at.Child + 1 });
            var child = at.Node.ChildNodes[at.Child];
            if (child is IText run)
                AppendRun(run.Data);
            else if (child is IElement inner && !IsHidden(inner) && Enter(inner))
                path.Push((inner, 0));
        }
    }

    /// <summary>Whether no reader of the page sees the element.</summary>
    internal static bool IsHidden(IElement element) =>
        Dropped.Contains(element.LocalName)
        // What folds a section away is its heading.
        || element.LocalName == "button" && element.Closest("h1, h2, h3, h4, h5, h6, summary, dt") is null
        // Text that the search of the page finds is only folded away.
        || element.GetAttribute("hidden") is { } hidden && !hidden.Equals("until-found", StringComparison.OrdinalIgnoreCase)
        || element.GetAttribute("style") is { } style && HidingStyle().IsMatch(style)
        // KaTeX writes a formula twice: as MathML and as what is drawn.
        || element.ClassList.Contains("katex-html")
        || element.LocalName == "dialog" && !element.HasAttribute("open");

    private void AppendRun(string run)
    {
        if (_preformatted > 0)
            text.AppendVerbatim(run);
        else
            text.Append(run);
    }

    // What a picture shows is apart from the words at its sides.
    private void AppendAlternative(IElement image)
    {
        if (image.GetAttribute("alt") is not { Length: > 0 } alternative)
            return;
        var isAtWord = text.WordsBefore(1) is [var last] && char.IsLetterOrDigit(last);
        var wordFollows = image.NextSibling is IElement || image.NextSibling is IText { Data: [var next, ..] } && char.IsLetterOrDigit(next);
        text.Append($"{(isAtWord ? " " : "")}{alternative}{(wordFollows ? " " : "")}");
    }

    // Whether to go into the element.
    private bool Enter(IElement element)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "br":
                text.EndLine();
                return false;
            case "img":
                AppendAlternative(element);
                return false;
            case "sup" or "sub" or "a":
            case "span" or "font" or "small" or "b" or "i" or "em" or "strong" when HtmlMarks.IsRaisedOrLowered(element):
                return HtmlMarks.Enter(element, text);
            case "li":
                text.BeginItem(MarkerOf(element));
                return true;
            case "dt":
                text.EndLine();
                return true;
            case "dd":
                if (element.PreviousElementSibling?.LocalName == "dt")
                    text.BeginExplanation();
                else
                    text.EndLine();
                return true;
            case "table" when !HtmlTable.IsLayout(element):
                text.EndBlock();
                HtmlTable.Append(element, text);
                text.EndBlock();
                return false;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6" when Heading is null:
                Heading = TextOf(element) is { Length: > 0 } heading ? heading.ReplaceLineEndings(" ") : null;
                break;
            case "pre":
                _preformatted++;
                break;
        }
        if (HtmlMarks.Operator(element) is { } mark)
            text.Append(mark);
        if (IsInnerList(element))
            text.EndLine();
        else if (Blocks.Contains(name))
            text.EndBlock();
        return true;
    }

    private void Leave(IElement element)
    {
        switch (element.LocalName)
        {
            case "li":
                text.EndItem();
                return;
            case "dt" or "dd":
                text.EndLine();
                return;
            case "pre":
                _preformatted--;
                break;
        }
        if (IsInnerList(element))
            text.EndLine();
        else if (Blocks.Contains(element.LocalName))
            text.EndBlock();
    }

    /// <summary>The visible text of an element alone.</summary>
    internal static string TextOf(IElement element)
    {
        var inner = new PlainTextBuilder();
        new HtmlText(inner) { Heading = "" }.Append(element);
        return inner.ToString();
    }

    // A list within an item goes on without a blank line; so do the groups of a list of terms.
    private static bool IsInnerList(IElement element) =>
        element.LocalName is "ul" or "ol" or "dl" && element.ParentElement?.LocalName is "li" or "dd"
        || element is { LocalName: "div", ParentElement.LocalName: "dl" };

    private string MarkerOf(IElement item)
    {
        if (item.ParentElement is not { LocalName: "ol" } list)
            return "- ";
        if (!_numbers.TryGetValue(list, out var numbers))
            _numbers[list] = numbers = new ListNumbers(list);
        return $"{numbers.Next(item)}. ";
    }

    [GeneratedRegex(@"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HidingStyle();
}
