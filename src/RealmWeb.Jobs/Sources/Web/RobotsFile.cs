using System.Globalization;
using System.Text;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>What a site's robots.txt asks of us (RFC 9309): of the rules of our own name, else of those for all, the one with the longest path that fits
/// decides; where an allowing and a forbidding one are as long, the allowing one.</summary>
internal sealed class RobotsFile
{
    // What the standard asks a reader to be able to read, and more than any site has.
    private const int MostBytes = 500 << 10;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly List<(string Path, bool Allows)> _rules = [];

    private RobotsFile()
    {
    }

    /// <summary>Of a site that has none.</summary>
    public static RobotsFile AllowsAll { get; } = new();

    /// <summary>Between two requests; zero where nothing is asked for.</summary>
    public TimeSpan Delay { get; private set; }

    public List<string> Sitemaps { get; } = [];

    /// <param name="agent">Our name.</param>
    public static RobotsFile Parse(ReadOnlySpan<byte> content, string agent)
    {
        var file = new RobotsFile();
        var groups = new List<(List<string> Agents, List<(string Key, string Value)> Lines)>();
        foreach (var raw in Encoding.UTF8.GetString(content[..Math.Min(content.Length, MostBytes)]).TrimStart('\uFEFF').Split('\n', '\r'))
        {
            var line = raw.AsSpan();
            if (line.IndexOf('#') is var comment and >= 0)
                line = line[..comment];
            if (line.IndexOf(':') is not (var colon and > 0))
                continue;
            var (key, value) = (line[..colon].Trim().ToString().ToLowerInvariant(), line[(colon + 1)..].Trim().ToString());
            if (key == "sitemap")
                file.Sitemaps.Add(value);
            else if (key == "user-agent")
            {
                if (groups.Count == 0 || groups[^1].Lines.Count > 0)
                    groups.Add(([], []));
                groups[^1].Agents.Add(value.ToLowerInvariant());
            }
            else if (groups.Count > 0 && key is "allow" or "disallow" or "crawl-delay")
                groups[^1].Lines.Add((key, value));
        }
        var own = groups.Where(group => group.Agents.Contains(agent.ToLowerInvariant())).ToList();
        foreach (var (key, value) in (own.Count > 0 ? own : groups.Where(group => group.Agents.Contains("*"))).SelectMany(group => group.Lines))
        {
            if (key != "crawl-delay")
            {
                // An empty path forbids nothing.
                if (value.Length > 0)
                    file._rules.Add((value, key == "allow"));
            }
            else if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
                file.Delay = TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay.TotalSeconds));
        }
        return file;
    }

    public bool Allows(Uri address)
    {
        var path = address.PathAndQuery;
        var best = (Length: -1, Allows: true);
        foreach (var (rule, allows) in _rules)
        {
            if (rule.Length >= best.Length && (rule.Length > best.Length || allows) && Fits(rule, path))
                best = (rule.Length, allows);
        }
        return best.Allows;
    }

    // "*" stands for anything, "$" at the end for the end. Without going back further than to the last star: linear in rule times path.
    private static bool Fits(string rule, string path)
    {
        var whole = rule.EndsWith('$');
        var pattern = whole ? rule.AsSpan(0, rule.Length - 1) : rule.AsSpan();
        var (at, star, mark) = (0, -1, 0);
        for (var i = 0; ;)
        {
            if (at == pattern.Length && (!whole || i == path.Length))
                return true;
            if (at < pattern.Length && pattern[at] == '*')
                (star, mark, at) = (at, i, at + 1);
            else if (at < pattern.Length && i < path.Length && pattern[at] == path[i])
                (at, i) = (at + 1, i + 1);
            else if (star >= 0 && mark < path.Length)
                (at, i) = (star + 1, ++mark);
            else
                return false;
        }
    }
}
