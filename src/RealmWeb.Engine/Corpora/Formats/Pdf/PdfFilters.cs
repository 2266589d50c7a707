using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>The parser's filters, each kept from unpacking more than a document may hold: their output lies in memory as a whole.</summary>
internal sealed class PdfFilters : IFilterProvider
{
    private readonly PdfWatch _watch;
    private readonly Dictionary<IFilter, IFilter> _bounded;

    internal PdfFilters(PdfWatch watch)
    {
        _watch = watch;
        _bounded = DefaultFilterProvider.Instance.GetAllFilters().Distinct().ToDictionary(filter => filter, filter => (IFilter)new Bounded(filter, watch));
    }

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bound(DefaultFilterProvider.Instance.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) => Bound(DefaultFilterProvider.Instance.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => [.. _bounded.Values];

    private IFilter[] Bound(IReadOnlyList<IFilter> filters)
    {
        // Asked for each stream, packed or not: a form that draws a form that draws a form ends here.
        _watch.Check();
        return [.. filters.Select(filter => _bounded.GetValueOrDefault(filter) ?? new Bounded(filter, _watch))];
    }

    private sealed class Bounded(IFilter inner, PdfWatch watch) : IFilter
    {
        // The most that deflate and LZW make of a byte.
        private const int MostOfFlate = 1040, MostOfLzw = 2740;

        public bool IsSupported => inner.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex)
        {
            watch.Check();
            if (inner is FlateFilter && (long)input.Length * MostOfFlate > watch.MaxStreamBytes)
                MeasureFlate(input);
            else if (inner is LzwFilter && (long)input.Length * MostOfLzw > watch.MaxStreamBytes)
                MeasureLzw(input.Span);
            var output = inner.Decode(input, streamDictionary, filterProvider, filterIndex);
            return output.Length <= watch.MaxStreamBytes ? output : throw TooLarge();
        }

        private void MeasureFlate(ReadOnlyMemory<byte> input)
        {
            using var unpacked = new ZLibStream(new MemoryStream(input.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            long length = 0;
            try
            {
                while (unpacked.Read(buffer) is var read and > 0)
                {
                    watch.Check();
                    if ((length += read) > watch.MaxStreamBytes)
                        throw TooLarge();
                }
            }
            catch (InvalidDataException)
            {
                // Damage is for the filter itself, which reads what it can.
            }
        }

        // Lengths alone: each code adds an entry that is one longer than the one before.
        private void MeasureLzw(ReadOnlySpan<byte> input)
        {
            var lengths = new int[4097];
            Array.Fill(lengths, 1, 0, 256);
            var (next, width, previous, total) = (258, 9, 0, 0L);
            var (bits, held) = (0u, 0);
            foreach (var value in input)
            {
                bits = bits << 8 | value;
                held += 8;
                if (held < width)
                    continue;
                var code = (int)(bits >> (held - width) & (1u << width) - 1);
                held -= width;
                if (code == 257)
                    return;
                if (code == 256)
                {
                    (next, width, previous) = (258, 9, 0);
                    continue;
                }
                var length = code < next ? lengths[code] : previous + 1;
                if ((total += length) > watch.MaxStreamBytes)
                    throw TooLarge();
                if (previous > 0 && next < 4096)
                    lengths[next++] = previous + 1;
                previous = length;
                width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
            }
        }

        private PdfLimitException TooLarge() => new($"a stream of it unpacks to more than {watch.MaxStreamBytes:N0} bytes");
    }
}
