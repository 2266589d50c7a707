using System.Buffers.Binary;
using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Tests.Golden;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>The block files of published checkpoints, sound and hostile.</summary>
public sealed class BlockFileTests : IDisposable
{
    private const string Reconstruct = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\u0001b\u0087R";
    private const string Type =
        "cnumpy\ndtype\nX\u0002\0\0\0O8\u0089\u0088\u0087R(K\u0003X\u0001\0\0\0|NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK?tb";

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BlockRecords_AreThePublishedTexts()
    {
        _folder.Add("block_records.npy", File.ReadAllBytes(GoldenFiles.At("openqa", "block_records.npy")));

        var items = _folder.Read();

        Assert.Equal(GoldenFiles.Json("openqa", "block_records.json").EnumerateArray().Select(text => text.GetString()),
            items.Select(item => item.Document!.Text));
        Assert.Equal("block_records.npy#00000001", items[1].Document!.SourceId);
        Assert.All(items, item => Assert.Equal("", item.Document!.Title));
    }

    [Fact]
    public void BlockRecords_AreRead_WhenNewerNumpyWroteThem()
    {
        // protocol 4: names on the stack, remembered by number, in a frame
        const string Pickle =
            "\u0080\u0004\u0095\0\0\0\0\0\0\0\0\u008c\u0016numpy._core.multiarray\u0094\u008c\u000c_reconstruct\u0094\u0093\u0094\u008c\u0005numpy\u0094"
            + "\u008c\u0007ndarray\u0094\u0093\u0094"
            + "K\0\u0085\u0094C\u0001b\u0094\u0087\u0094R\u0094(K\u0001K\u0002\u0085\u0094h\u0003\u008c\u0005dtype\u0094\u0093\u0094\u008c\u0002O8\u0094"
                + "\u0089\u0088\u0087\u0094R\u0094"
            + "(K\u0003\u008c\u0001|\u0094NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK?t\u0094b\u0089]\u0094(C\u0003one\u0094C\u0003two\u0094"
                + "et\u0094b.";
        _folder.Add("dump.bin", Npy(2, Pickle));

        var items = _folder.Read(new CorpusReadOptions { Format = "blocks-npy" });

        Assert.Equal(["one", "two"], items.Select(item => item.Document!.Text));
    }

    [Fact]
    public void BlockRecords_KeepWhatStandsBeforeTheDamage()
    {
        var whole = Npy(3, Array3("(C\u0003oneC\u0003twoeC\u0005threea"));
        _folder.Add("a.npy", whole);
        _folder.Add("b.npy", whole[..^6]);

        var items = _folder.Read();

        Assert.Equal(["one", "two", "three", "one", "two"], items.Take(5).Select(item => item.Document!.Text));
        Assert.Contains("cut off", items[^1].Skipped!.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> HostilePickles => new()
    {
        { "runs a program", "\u0080\u0003cos\nsystem\nX\u0002\0\0\0ls\u0085R." },
        { "runs a program, protocol 4", "\u0080\u0004\u008c\u0005posix\u008c\u0006system\u0093\u008c\u0002ls\u0085R." },
        { "evaluates", "\u0080\u0003cbuiltins\neval\nX\u0003\0\0\01+1\u0085R." },
        { "another numpy function", "\u0080\u0003cnumpy\nload\n." },
        { "a name of numpy that hides another", "\u0080\u0003cnumpy\nndarray.tofile\n." },
        { "creates an object", "\u0080\u0003cnumpy\nndarray\n)\u0081." },
        { "old instruction INST", "\u0080\u0003(ios\nsystem\n." },
        { "extension registry", "\u0080\u0003\u0082\u0001." },
        { "calls the array class", "\u0080\u0003cnumpy\nndarray\nK\u0001\u0085R." },
        { "reconstructs something else", "\u0080\u0003cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\0\u0085C\u0001b\u0087R." },
        { "hides a call among the strings", Array3("(C\u0003onecos\nsystem\nX\u0002\0\0\0ls\u0085RC\u0003twoe") },
        { "holds a number", Array3("(C\u0003oneK\u0001C\u0003twoe") },
        { "holds an array within", Array3("(C\u0003one" + Reconstruct + "C\u0003twoe") },
        { "holds fewer than promised", Array3("(C\u0003oneC\u0003twoe") },
        { "holds more than promised", Array3("(C\u0003oneC\u0003twoC\u0003sixC\u0003tene") },
        { "second list", Array3("(C\u0003one]e") },
        { "endless string", Array3("(B\u00ff\u00ff\u00ff\u007fxe") },
        { "endless name", "\u0080\u0003X\u00ff\u00ff\u00ff\u00ffa." },
        { "name without an end", "\u0080\u0003c" + new string('a', 5000) },
        { "values without an end", "\u0080\u0003" + new string('N', 100_000) },
        { "marks without an end", "\u0080\u0003" + new string('(', 100_000) },
        { "state for a number", "\u0080\u0003K\u0001Nb." },
        { "appends to nothing", "\u0080\u0003C\u0003onea." },
        { "unknown memo", "\u0080\u0003h\u0005." },
        { "is a number", "\u0080\u0003K\u0001." },
        { "empty stack", "\u0080\u0003." },
        { "no end", "\u0080\u0003" },
    };

    [Theory]
    [MemberData(nameof(HostilePickles))]
    public void BlockRecords_AreRefused_WhenThePickleIsHostile(string what, string pickle)
    {
        _folder.Add("a.npy", Npy(3, pickle));

        var items = _folder.Read();

        Assert.True(items[^1].Skipped is { Path: "a.npy" }, what);
        // nothing that stands before the damage was made up
        Assert.All(items.SkipLast(1), item => Assert.Contains(item.Document!.Text, new[] { "one", "two", "six", "ten" }));
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (3, 4), }")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (99999999999999999999,), }")]
    [InlineData("")]
    public void BlockRecords_AreRefused_WhenTheHeaderIsOfAnotherArray(string header)
    {
        _folder.Add("a.npy", Npy(header, Array3("(C\u0003oneC\u0003twoC\u0003sixe")));
        _folder.Add("b.npy", "no array at all");

        Assert.Equal(["a.npy", "b.npy"], _folder.Read().Select(item => item.Skipped?.Path));
    }

    [Fact]
    public void BlockRecords_NeitherCrashNorHang_WhenBytesAreFlipped()
    {
        var whole = Npy(3, Array3("(C\u0003oneC\u0003twoC\u0003sixe"));
        const int Seed = 20201;
        var random = new Random(Seed);
        for (var trial = 0; trial < 1500; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _folder.Add("a.npy", bytes);

            Assert.True(_folder.Read().Count is > 0 and < 9, $"seed {Seed}, trial {trial}");
        }
    }

    [Fact]
    public void TfRecords_AreReadInOrder()
    {
        _folder.Add("blocks.tfr", [.. Record("The harbour of Velm."), .. Record(""), .. Record("Caf\u00e9, dug in 1871.")]);

        var items = _folder.Read();

        Assert.Equal([new Document("blocks.tfr#00000000", "", "The harbour of Velm."), null,
            new Document("blocks.tfr#00000002", "", "Caf\u00e9, dug in 1871.")], items.Select(item => item.Document));
        Assert.Equal("blocks.tfr#00000001", items[1].Skipped!.Path);
    }

    [Fact]
    public void MaskedCrc_IsThePublishedChecksum()
    {
        // CRC32C of "123456789" is e3069283 (RFC 3720); its mask rotates right by 15 and adds a282ead8
        static uint Masked(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
        Assert.Equal(Masked(0xe3069283), TfRecordFormat.MaskedCrc("123456789"u8));
        Assert.Equal(Masked(0x8a9136aa), TfRecordFormat.MaskedCrc(new byte[32]));
    }

    [Fact]
    public void TfRecords_StopAtTheDamage()
    {
        byte[] two = [.. Record("first"), .. Record("second")];
        var second = Record("first").Length;
        byte[] Changed(int at)
        {
            var bytes = (byte[])two.Clone();
            bytes[at] ^= 1;
            return bytes;
        }
        var damaged = new[]
        {
            Changed(second), Changed(second + 9), Changed(second + 13), Changed(two.Length - 1), two[..^1], two[..(second + 5)], [.. two[..second], .. Huge()]
        };
        foreach (var (bytes, i) in damaged.Select((bytes, i) => (bytes, i)))
            _folder.Add($"{i}.tfr", bytes);

        var items = _folder.Read();

        Assert.Equal(2 * damaged.Length, items.Count);
        Assert.All(items.Chunk(2), pair => Assert.Equal(("first", true), (pair[0].Document?.Text, pair[1].Skipped is not null)));
    }

    private static byte[] Record(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        return [.. Head((ulong)payload.Length), .. payload, .. Crc(payload)];
    }

    // A length that is right by its checksum and absurd.
    private static byte[] Huge() => [.. Head(1UL << 62), 1, 2, 3];

    private static byte[] Head(ulong length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return [.. bytes, .. Crc(bytes)];
    }

    private static byte[] Crc(byte[] bytes)
    {
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, TfRecordFormat.MaskedCrc(bytes));
        return crc;
    }

    private static string Array3(string appends) => "\u0080\u0003" + Reconstruct + "(K\u0001K\u0003\u0085" + Type + "\u0089]" + appends + "tb.";

    private static byte[] Npy(int count, string pickle) => Npy($"{{'descr': '|O', 'fortran_order': False, 'shape': ({count},), }}", pickle);

    private static byte[] Npy(string header, string pickle) =>
        [0x93, .. "NUMPY\u0001\0"u8, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. Encoding.Latin1.GetBytes(pickle)];
}
