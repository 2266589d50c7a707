using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Featurization;

/// <summary>Texts to model inputs. Layouts and truncation live only here. Reference: released featurization.py, orqa_ops.cc ReaderInputs.</summary>
/// <remarks>
/// query: [CLS] question [SEP]; text with a gap: [CLS] left [MASK] right [SEP]; block for the embedder: [CLS] title [SEP] body [SEP]; reader: [CLS] question
/// [SEP] body [SEP], without the title.
/// The first sequence is kept, the second is cut. Segment 0 up to and with the first [SEP], then 1.
/// </remarks>
public sealed class Featurizer(Vocabulary vocabulary)
{
    /// <summary>Longest question the reader gets; what is beyond is cut, so that a passage always fits beside it.</summary>
    public const int MaxQuestionPieces = 64;

    /// <summary>Longest title the embedder gets.</summary>
    public const int MaxTitlePieces = 64;

    /// <summary>[CLS] question [SEP].</summary>
    public InputRow Query(IReadOnlyList<Piece> question, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(question);
        var kept = Math.Min(question.Count, maxLength - 2);
        var ids = new int[kept + 2];
        ids[0] = vocabulary.ClsId;
        for (var i = 0; i < kept; i++)
            ids[i + 1] = question[i].Id;
        ids[^1] = vocabulary.SepId;
        return new InputRow(ids, ids.Length, ids.Length, 0, null);
    }

    /// <summary>[CLS] left [MASK] right [SEP]: text with a gap. Where it is too long, a window around the gap is kept; a side that needs less than
    /// its half leaves the rest to the other.</summary>
    public InputRow Gap(IReadOnlyList<Piece> left, IReadOnlyList<Piece> right, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var room = Math.Max(0, maxLength - 3);
        var keptLeft = Math.Min(left.Count, Math.Max(room / 2, room - right.Count));
        var keptRight = Math.Min(right.Count, room - keptLeft);
        int[] ids =
        [
            vocabulary.ClsId, .. left.Skip(left.Count - keptLeft).Select(piece => piece.Id), vocabulary.MaskId,
            .. right.Take(keptRight).Select(piece => piece.Id), vocabulary.SepId,
        ];
        return new InputRow(ids, ids.Length, ids.Length, 0, null);
    }

    /// <summary>[CLS] title [SEP] body [SEP].</summary>
    public InputRow Block(IReadOnlyList<Piece> title, IReadOnlyList<Piece> body, int maxLength) => Pair(title, MaxTitlePieces, body, null, maxLength);

    /// <summary>[CLS] title body [SEP] in one segment, as embedders see a block that were trained on plain texts.</summary>
    public InputRow Joined(IReadOnlyList<Piece> title, IReadOnlyList<Piece> body, int maxLength) => Query([.. title.Take(MaxTitlePieces), .. body], maxLength);

    /// <summary>[CLS] question [SEP] body [SEP], with the features of the body.</summary>
    /// <param name="features">Levels for all pieces of <paramref name="body"/>, row-major; null for a model without features.</param>
    public InputRow Reader(IReadOnlyList<Piece> question, IReadOnlyList<Piece> body, byte[]? features, int maxLength) =>
        Pair(question, MaxQuestionPieces, body, features, maxLength);

    /// <summary>[CLS] masked sentence [SEP] body [SEP], with the features of the body: what the knowledge-augmented encoder reads. No title.</summary>
    /// <param name="features">Levels for all pieces of <paramref name="body"/>, row-major; null for a model without features.</param>
    public InputRow Joint(IReadOnlyList<Piece> sentence, IReadOnlyList<Piece> body, byte[]? features, int maxLength) =>
        Pair(sentence, maxLength, body, features, maxLength);

    private InputRow Pair(IReadOnlyList<Piece> first, int maxFirst, IReadOnlyList<Piece> second, byte[]? features, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var keptFirst = Math.Min(first.Count, Math.Min(maxFirst, maxLength - 3));
        var kept = Math.Min(second.Count, maxLength - 3 - keptFirst);
        var ids = new int[keptFirst + kept + 3];
        ids[0] = vocabulary.ClsId;
        for (var i = 0; i < keptFirst; i++)
            ids[i + 1] = first[i].Id;
        var start = keptFirst + 2;
        ids[start - 1] = vocabulary.SepId;
        for (var i = 0; i < kept; i++)
            ids[start + i] = second[i].Id;
        ids[^1] = vocabulary.SepId;
        return new InputRow(ids, start, start, kept, features?.AsSpan(0, kept * LexicalFeatures.Count).ToArray());
    }

    /// <summary>Pads rows to the longest and stacks them.</summary>
    public BertInputs Pack(IReadOnlyList<InputRow> rows, Device device)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var length = rows.Max(row => row.Length);
        var n = rows.Count;
        var ids = new long[n * length];
        var mask = new long[n * length];
        var segments = new long[n * length];
        Array.Fill(ids, vocabulary.PadId);
        var width = rows.Any(row => row.Features is not null) ? LexicalFeatures.Count : 0;
        var features = width > 0 ? new long[n * length * width] : null;
        for (var r = 0; r < n; r++)
        {
            var row = rows[r];
            for (var i = 0; i < row.Length; i++)
            {
                ids[r * length + i] = row.Ids[i];
                mask[r * length + i] = 1;
                segments[r * length + i] = i >= row.SecondSegment ? 1 : 0;
            }
            for (var i = 0; row.Features is not null && i < row.Features.Length; i++)
                features![(r * length + row.BlockStart) * width + i] = row.Features[i];
        }
        return new BertInputs(
            tensor(ids, [n, length], device: device), tensor(mask, [n, length], device: device), tensor(segments, [n, length], device: device),
            features is null ? null : tensor(features, [n, length, width], device: device));
    }

    /// <summary>1 where a span may start and end: the pieces of the block without its context. Shape [rows, seq].</summary>
    public static Tensor BlockMask(IReadOnlyList<InputRow> rows, Device device)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var length = rows.Max(row => row.Length);
        var mask = new long[rows.Count * length];
        for (var r = 0; r < rows.Count; r++)
        {
            var context = Math.Min(rows[r].ContextPieces, rows[r].BlockPieces);
            mask.AsSpan(r * length + rows[r].BlockStart + context, rows[r].BlockPieces - context).Fill(1);
        }
        return tensor(mask, [rows.Count, length], device: device);
    }
}
