using System.Globalization;
using MimeKit;
using MimeKit.Cryptography;
using MimeKit.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Mail;

/// <summary>What a message says: its sender, receivers and date, then its bodies; of one that is there as plain text and as HTML, the plain text.</summary>
internal sealed class MessageText(CorpusReadOptions options)
{
    private const int MostReceivers = 10;

    private readonly PlainTextBuilder _text = new();
    private int _bodies;

    /// <summary>How many parts were left out that are no text of the message.</summary>
    internal int Attachments { get; private set; }

    /// <summary>Why there is no text.</summary>
    internal string? Reason { get; private set; }

    /// <summary>The text in stored form; null where there is none.</summary>
    internal string? Read(MimeMessage message)
    {
        AppendLine("From", message.From);
        AppendLine("To", message.To);
        if (message.Date != DateTimeOffset.MinValue)
            _text.Append($"Date: {message.Date.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)}");
        _text.EndBlock();
        var before = _text.Length;
        Append(message.Body);
        if (_text.Length == before)
        {
            Reason ??= _bodies > 0 || Attachments == 0 ? "The message has no text."
                : "The message has attachments, but no text. Save those that belong to the corpus as files and import them.";
            return null;
        }
        return TextNormalization.Normalize(_text.ToString());
    }

    private void AppendLine(string name, InternetAddressList addresses)
    {
        if (addresses.Count == 0)
            return;
        _text.Append($"{name}: {string.Join(", ", addresses.Take(MostReceivers).Select(Shown))}");
        if (addresses.Count > MostReceivers)
            _text.Append($" and {addresses.Count - MostReceivers} others");
        _text.EndLine();
    }

    private static string Shown(InternetAddress address) =>
        address is MailboxAddress { Name.Length: > 0 } box ? $"{box.Name} <{box.Address}>" : address.ToString();

    private void Append(MimeEntity? entity)
    {
        switch (entity)
        {
            case MultipartEncrypted:
            case ApplicationPkcs7Mime { SecureMimeType: SecureMimeType.EnvelopedData or SecureMimeType.AuthEnvelopedData or SecureMimeType.Unknown }:
                Reason = "The message is encrypted. Save its text from the mail program that can read it and import that.";
                break;
            case MultipartAlternative several when Chosen(several) is { } chosen:
                Append(chosen);
                break;
            case MultipartRelated { Root: { } root }:
                // The others are pictures that it shows.
                Append(root);
                break;
            case Multipart several:
                foreach (var part in several)
                    Append(part);
                break;
            case TextPart { IsAttachment: false } body when body.IsPlain || body.IsHtml:
                AppendBody(body);
                break;
            case ApplicationPgpSignature or ApplicationPkcs7Signature:
                break;
            case not null:
                Attachments++;
                break;
        }
    }

    // The last form is the richest; plain text is what its writer saw as the message.
    private static MimeEntity? Chosen(MultipartAlternative several) =>
        several.OfType<TextPart>().FirstOrDefault(part => part.IsPlain && !string.IsNullOrWhiteSpace(part.Text))
            ?? several.LastOrDefault(part => part is TextPart { IsHtml: true } or Multipart) ?? several.LastOrDefault();

    private void AppendBody(TextPart body)
    {
        _bodies++;
        if (body.Content is { Stream.Length: var length } && length > (body.IsHtml ? options.MaxMarkupBytes : options.MaxDocumentBytes))
        {
            Reason = "The text of the message is larger than is read. Save it as a file of its own, in parts, and import that.";
            return;
        }
        if (!body.IsHtml)
        {
            _text.AppendVerbatim((body.IsFlowed ? new FlowedToText().Convert(body.Text) : body.Text).ReplaceLineEndings("\n").TrimEnd());
            _text.EndBlock();
            return;
        }
        try
        {
            new HtmlText(_text).Append(body.Text);
        }
        catch (InsufficientExecutionStackException)
        {
            Reason = "The HTML of the message is nested more than 512 deep. Save its text as a file of its own and import that.";
        }
        _text.EndBlock();
    }
}
