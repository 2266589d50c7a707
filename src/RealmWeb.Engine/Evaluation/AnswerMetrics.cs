using System.Text.RegularExpressions;
namespace RealmWeb.Engine.Evaluation;
public static class AnswerMetrics {
 public static string Normalize(string t) { var s = new string(t.ToLowerInvariant().Where(c => !(c < 128 && (char.IsPunctuation(c) || char.IsSymbol(c)))).ToArray()); s = Regex.Replace(s, @"\b(a|an|the)\b", " "); return string.Join(' ', s.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)); }
 public static double ExactMatch(string p, IEnumerable<string> g) => g.Any(x => Normalize(x) == Normalize(p)) ? 1 : 0;
 public static double F1(string p, IEnumerable<string> g) => g.Select(x => One(Normalize(p).Split(' '), Normalize(x).Split(' '))).DefaultIfEmpty(0).Max();
 private static double One(string[] p, string[] g) { var left = g.ToList(); var c = p.Count(left.Remove); return c == 0 ? 0 : 2.0 * c / (p.Length + g.Length); } }
