namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>Formulas of office documents in one line: powers, indices, fractions, what is in brackets (ECMA-376 part 1, 22.1).</summary>
internal static class FormulaText
{
    /// <summary>Appends the formula that was reached.</summary>
    internal static void Append(PartReader part, PlainTextBuilder text, TextBudget budget)
    {
        foreach (var name in part.Children())
        {
            if (name == "t")
                text.Append(part.Text(budget));
            else if (name != "deg")
            {
                text.Append(name switch { "sup" => "^", "sub" => "_", "den" => "/", "d" => "(", _ => "" });
                Append(part, text, budget);
                text.Append(name == "d" ? ")" : "");
            }
        }
    }
}
