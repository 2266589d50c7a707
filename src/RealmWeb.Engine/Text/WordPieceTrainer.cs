using System.Runtime.InteropServices;

namespace RealmWeb.Engine.Text;

/// <summary>How far the trainer has come.</summary>
/// <param name="Words">Words read so far.</param>
/// <param name="Tokens">Tokens of the new vocabulary so far; 0 while texts are still being read.</param>
public readonly record struct WordPieceTrainerProgress(long Words, int Tokens);

/// <summary>Learns an uncased WordPiece vocabulary from texts.</summary>
/// <remarks>Words are counted, then the most frequent pair of neighbouring pieces is merged again and again (byte-pair merges, as current WordPiece
/// trainers do). Ties go to the pair that comes first in ordinal order of its tokens, so that the same texts give the same vocabulary.</remarks>
public static class WordPieceTrainer
{
    /// <summary>Most different characters that get a token; rarer ones become [UNK]. Keeps ideographs of a few quotations from filling the
    /// vocabulary.</summary>
    public const int LargestAlphabet = 1000;

    // ASCII letters, digits and marks fit even in a toy vocabulary.
    private const int SmallestAlphabet = 80;

    private const int WordsPerReport = 100_000;

    /// <summary>Learns a vocabulary of at most <paramref name="size"/> tokens; fewer where the texts give no more pairs.</summary>
    /// <exception cref="ArgumentException">The texts hold no word, or <paramref name="size"/> has no room for the special tokens and the alphabet.</exception>
    public static Vocabulary Train(
        IEnumerable<string> texts, int size, IProgress<WordPieceTrainerProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var (counts, words) = CountWords(texts, progress, cancellationToken);
        var tokens = new List<string> { Vocabulary.PadToken, Vocabulary.UnknownToken, Vocabulary.ClsToken, Vocabulary.SepToken, Vocabulary.MaskToken };
        if (counts.Count == 0)
            throw new ArgumentException("The texts hold no word to learn from. Import a corpus with text first.", nameof(texts));
        var merges = new WordPieceMerges(counts, Math.Clamp(size / 8, SmallestAlphabet, LargestAlphabet));
        if (size < tokens.Count + merges.Tokens.Count)
            throw new ArgumentException($"A vocabulary of {size} has no room for 5 special tokens and {merges.Tokens.Count} characters. "
                + $"Ask for at least {tokens.Count + merges.Tokens.Count}.", nameof(size));
        while (tokens.Count + merges.Tokens.Count < size && merges.MergeBest())
        {
            if (merges.Tokens.Count % 100 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new WordPieceTrainerProgress(words, tokens.Count + merges.Tokens.Count));
            }
        }
        tokens.AddRange(merges.Tokens);
        progress?.Report(new WordPieceTrainerProgress(words, tokens.Count));
        return new Vocabulary(tokens);
    }

    private static (Dictionary<string, long> Counts, long Words) CountWords(
        IEnumerable<string> texts, IProgress<WordPieceTrainerProgress>? progress, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var units = new char[BasicTokenReader.BufferLength];
        var starts = new int[BasicTokenReader.BufferLength];
        var ends = new int[BasicTokenReader.BufferLength];
        long words = 0;
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reader = new BasicTokenReader(text, units, starts, ends);
            while (reader.Read())
            {
                if (reader.IsTooLong)
                    continue;
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, reader.Word, out _)++;
                if (++words % WordsPerReport == 0)
                    progress?.Report(new WordPieceTrainerProgress(words, 0));
            }
        }
        return (counts, words);
    }
}
