using RealmWeb.Engine.PreTraining;

namespace RealmWeb.Engine.Tests.PreTraining;

public sealed class TokenMaskingTests
{
    private const int MaskId = 4, First = 5, Size = 1000;

    private static readonly TokenMasking Masking = new(MaskId, Size, First);

    [Fact]
    public void Mask_HidesEightReplacesOneAndKeepsOneOfTen()
    {
        var random = new Random(1);
        int hidden = 0, replaced = 0, kept = 0;
        for (var round = 0; round < 300; round++)
        {
            // given [CLS] 98 pieces [SEP]
            int[] ids = [2, .. Enumerable.Range(0, 98).Select(_ => random.Next(First, Size)), 3];
            var before = (int[])ids.Clone();

            // when it is masked
            var targets = Masking.Mask(ids, random);

            // then 15 of 98 are to be predicted, special tokens stay, and the targets are what stood there
            Assert.Equal(15, targets.Count);
            Assert.Equal(targets.Select(target => target.Position).Distinct().Order(), targets.Select(target => target.Position));
            Assert.Equal((2, 3), (ids[0], ids[^1]));
            var positions = targets.Select(target => target.Position).ToHashSet();
            for (var i = 0; i < ids.Length; i++)
                Assert.True(positions.Contains(i) || ids[i] == before[i]);
            foreach (var (position, piece) in targets)
            {
                Assert.Equal(before[position], piece);
                Assert.InRange(ids[position], MaskId, Size - 1);
                hidden += ids[position] == MaskId ? 1 : 0;
                kept += ids[position] == piece ? 1 : 0;
                replaced += ids[position] != MaskId && ids[position] != piece ? 1 : 0;
            }
        }
        Assert.InRange(hidden, 0.77 * 4500, 0.83 * 4500);
        Assert.InRange(replaced, 0.08 * 4500, 0.12 * 4500);
        Assert.InRange(kept, 0.08 * 4500, 0.12 * 4500);
    }

    [Fact]
    public void Mask_ChoosesOneAtLeast_WhereThereIsOne()
    {
        Assert.Single(Masking.Mask([2, 77, 3], new Random(1)));
        Assert.Empty(Masking.Mask([2, 1, 1, 3], new Random(1)));
    }
}
