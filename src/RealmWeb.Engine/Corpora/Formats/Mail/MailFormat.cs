using MimeKit;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Mail;

/// <summary>E-mail: a message a document, one a file (.eml) or many (.mbox). Title: its subject. Its text begins with who wrote it to whom and when; quoted
/// replies stay, attachments are left out and counted (<see cref="MessageText"/>).</summary>
/// <remarks>Holds one message at a time.</remarks>
public sealed class MailFormat : ICorpusReader
{
    private const int LongestId = 200;

    public IReadOnlyList<string> Extensions { get; } = [".eml", ".mbox"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (number, attachments) = (0, 0);
        using var mailbox = new Mailbox(file.Content, options.MaxMessageBytes);
        while (mailbox.Next(cancellationToken) is { } content)
        {
            number++;
            var place = mailbox.IsOne ? file.Path : $"{file.Path}, message {number}";
            if (mailbox.IsTooLarge)
            {
                yield return new Skipped(place,
                    $"The message is larger than {options.MaxMessageBytes:N0} bytes. Save its text as a file of its own and import that.");
                continue;
            }
            var (message, reason) = Parse(content, cancellationToken);
            if (message is null)
            {
                yield return new Skipped(place, reason!);
                continue;
            }
            using (message)
            {
                var text = new MessageText(options);
                var body = text.Read(message);
                attachments += text.Attachments;
                if (body is null)
                {
                    yield return new Skipped(place, text.Reason!);
                    continue;
                }
                var title = string.Join(' ', (message.Subject ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
                yield return new Document(
                    mailbox.IsOne ? file.Path : $"{file.Path}#{IdOf(message, number)}",
                    TextNormalization.Normalize(title.Length > 0 ? title : CorpusFormats.TitleOf(file.Path)), body);
            }
        }
        if (attachments > 0)
        {
            yield return new CorpusEntry(null, new Skipped(file.Path,
                $"{(attachments == 1 ? "1 attachment is" : $"{attachments:N0} attachments are")} left out. Save those that belong to the corpus as files and "
                    + "import them."))
            { IsRemark = true };
        }
    }

    private static (MimeMessage? Message, string? Reason) Parse(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            // Persistent: bodies stay where they are until they are asked for.
            return (new MimeParser(content, MimeFormat.Entity, persistent: true).ParseMessage(cancellationToken), null);
        }
        catch (FormatException error)
        {
            return (null, $"It is no e-mail, or damaged or cut off ({error.Message.TrimEnd('.')}). Save it anew from the mail program and import that.");
        }
    }

    // The id that its sender gave it stays when others are deleted.
    private static string IdOf(MimeMessage message, int number) =>
        TextNormalization.Normalize(message.MessageId ?? "") is { Length: > 0 and <= LongestId } id ? id : $"{number:D8}";
}
