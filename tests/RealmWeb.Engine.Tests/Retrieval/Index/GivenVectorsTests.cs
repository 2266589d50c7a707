using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

public sealed class GivenVectorsTests : IDisposable
{
    private const int Count = IndexBuilder.ShardBlocks + 300;

    private static readonly MemoryBlockStore Corpus = Blocks(Count);

    private readonly TemporaryFolder _folder = new();
    private readonly HashEncoder _encoder = new();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    public void Take_GivesEachPassageItsVector(ScalarType stored)
    {
        using var scope = NewDisposeScope();
        var vectors = rand(Count, _encoder.Dimension).to(stored).to(ScalarType.Float32);
        using var file = Save(vectors, stored);

        var generation = Take(Corpus, file);

        Assert.Empty(_encoder.Encoded);
        using var index = IndexFolder.OpenCurrent(_folder.At("index"))!;
        Assert.Equal((generation, Count), (index.Generation, index.Count));
        Assert.Equal(vectors.data<float>().ToArray(), index.Vectors([.. Enumerable.Range(1, Count).Select(row => (long)row)]));
        // They are those of the model: a build with it, when a passage is added, embeds that one.
        var (more, added) = (Blocks(Count + 1), Block.Create("", $"Passage number {Count}.", 0));
        IndexBuilder.Build(new IndexRequest(_folder.At("index"), more, "8", _encoder, "model"), TimeProvider.System, null, CancellationToken.None);
        Assert.Equal([added.Id], _encoder.Encoded.Keys);
    }

    [Fact]
    public void Take_LeavesWhatWasEmbeddedForARollback()
    {
        using var scope = NewDisposeScope();
        var built = IndexBuilder.Build(
            new IndexRequest(_folder.At("index"), Corpus, "7", _encoder, "model"), TimeProvider.System, null, CancellationToken.None);
        var vectors = rand(Count, _encoder.Dimension);
        using var file = Save(vectors);

        var taken = Take(Corpus, file);

        using var index = IndexFolder.OpenCurrent(_folder.At("index"))!;
        Assert.Equal(taken, index.Generation);
        Assert.Equal(vectors[0].data<float>().ToArray(), index.Vectors([1]));
        IndexFolder.Switch(_folder.At("index"), built);
        // And again: each has a name of its own.
        Assert.NotEqual(taken, Take(Corpus, file));
    }

    [Theory]
    [InlineData(Count - 1)]
    [InlineData(Count + 1)]
    [InlineData(5)]
    public void Take_Refuses_WhenPassagesAndVectorsAreNotAsMany(int passages)
    {
        using var scope = NewDisposeScope();
        using var file = Save(rand(Count, _encoder.Dimension));

        var refused = Assert.Throws<IndexException>(() => Take(Blocks(passages), file));

        Assert.Contains($"has vectors of {Count} passages", refused.Message, StringComparison.Ordinal);
        Assert.Contains("block_records.npy", refused.Message, StringComparison.Ordinal);
        Assert.Null(IndexFolder.Current(_folder.At("index")));
    }

    [Fact]
    public void Take_Refuses_WhenADocumentWasRemovedAndAnotherAdded()
    {
        // given as many documents as vectors, but not in their order
        using var scope = NewDisposeScope();
        using var file = Save(rand(Count, _encoder.Dimension));
        var changed = Blocks(Count + 1);
        changed.Delete(40);

        var refused = Assert.Throws<IndexException>(() => Take(changed, file));

        Assert.Contains("changed or removed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_Refuses_WhatCannotBeSearched()
    {
        using var scope = NewDisposeScope();
        var vectors = rand(Count, _encoder.Dimension);
        vectors[7, 2] = float.NaN;
        using (var file = Save(vectors))
            Assert.Throws<IndexException>(() => Take(Corpus, file));
        using (var wide = Save(rand(Count, _encoder.Dimension + 1)))
            Assert.Contains($"{_encoder.Dimension + 1} wide, those of model {_encoder.Dimension}",
                Assert.Throws<IndexException>(() => Take(Corpus, wide)).Message, StringComparison.Ordinal);
        using (var flat = Save(rand(Count)))
            Assert.Contains($"its shape is [{Count}]", Assert.Throws<CheckpointException>(() => Take(Corpus, flat)).Message, StringComparison.Ordinal);
        SafetensorsFile.Save(_folder.At("other"), [("w", ones(2))]);
        using (var other = SafetensorsFile.Open(_folder.At("other")))
            Assert.Contains("no vectors of passages", Assert.Throws<CheckpointException>(() => Take(Corpus, other)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static MemoryBlockStore Blocks(int count) => new(Enumerable.Range(0, count).Select(i => Block.Create("", $"Passage number {i}.", 0)));

    private string Take(MemoryBlockStore blocks, ITensorFile file) =>
        IndexBuilder.BuildFromVectors(
            new IndexRequest(_folder.At("index"), blocks, "7", _encoder, "model"), new GivenVectors(file), TimeProvider.System, null, CancellationToken.None);

    private SafetensorsFile Save(Tensor vectors, ScalarType? stored = null)
    {
        SafetensorsFile.Save(_folder.At("vectors"), [(TensorNames.BlockVectors, vectors)], stored);
        return SafetensorsFile.Open(_folder.At("vectors"));
    }
}
