namespace RealmWeb.Engine.Evaluation;
public static class AnswerMetrics { public static string Normalize(string t) => t.ToLowerInvariant().Trim(); public static double ExactMatch(string p, IEnumerable<string> g) => g.Any(x => Normalize(x) == Normalize(p)) ? 1 : 0; public static double F1(string p, IEnumerable<string> g) => ExactMatch(p, g); }
