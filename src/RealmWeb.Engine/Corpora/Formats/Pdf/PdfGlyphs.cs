using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Geometry;
using UglyToad.PdfPig.Graphics;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Outline.Destinations;
using UglyToad.PdfPig.Parser;
using UglyToad.PdfPig.PdfFonts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>A letter, or several that one glyph stands for, where it stands on its page.</summary>
/// <param name="Turn">Quarters of a turn to the left that its line is turned by.</param>
/// <param name="Left">Where it begins on the line, in points; as all measures, of the page turned so that the line is level.</param>
/// <param name="Right">Where the next one would begin.</param>
/// <param name="Base">Height of its base line; greater is higher.</param>
/// <param name="Size">Height of the font.</param>
internal readonly record struct PdfGlyph(string Text, int Turn, double Left, double Right, double Base, double Size, bool IsBold);

/// <summary>The glyphs of a page in the order in which they are drawn.</summary>
/// <param name="IsMissing">The file names the page but does not hold it.</param>
internal sealed record PdfPageGlyphs(int Number, List<PdfGlyph> Glyphs, bool IsMissing = false)
{
    /// <summary>What is shown of the page.</summary>
    internal PdfPaper Paper { get; init; }
}

/// <summary>What is shown of a page, in points from the lower left corner.</summary>
internal readonly record struct PdfPaper(double Width, double Height)
{
    /// <summary>Where a part of a line is, from the upper left corner.</summary>
    /// <param name="turn">See <see cref="PdfGlyph"/>, as for the others.</param>
    internal PlacedWord Place(int turn, double from, double to, double bottom, double top)
    {
        var (left, lower, right, upper) = turn switch
        {
            0 => (from, bottom, to, top),
            1 => (-top, from, -bottom, to),
            2 => (-to, -top, -from, -bottom),
            _ => (bottom, -to, top, -from),
        };
        return new PlacedWord(
                0, 0, (float)left, (float)(Height - upper), (float)right, (float)(Height - lower));
    }
}

/// <summary>Makes pages of nothing but glyphs: lines, pictures and colours are not even kept.</summary>
internal sealed class PdfGlyphPages(
    IPdfTokenScanner scanner, IResourceStore resources, ILookupFilterProvider filters, IPageContentParser parser, ParsingOptions options)
    : BasePageFactory<PdfPageGlyphs>(scanner, resources, filters, parser, options)
{
    protected override PdfPageGlyphs ProcessPage(
        int pageNumber, DictionaryToken dictionary, NamedDestinations namedDestinations, MediaBox mediaBox, CropBox cropBox, UserSpaceUnit userSpaceUnit,
        PageRotationDegrees rotation, TransformationMatrix initialMatrix, IReadOnlyList<IGraphicsStateOperation> operations) =>
        new Reader(pageNumber, ResourceStore, PdfScanner, PageContentParser, FilterProvider, cropBox, userSpaceUnit, rotation, in initialMatrix, ParsingOptions,
            Shown(mediaBox.Bounds, cropBox.Bounds, rotation))
            .Process(pageNumber, operations) with
        { IsMissing = !dictionary.ContainsKey(NameToken.Type) && !dictionary.ContainsKey(NameToken.Contents) };

    // The parser moves what is shown to the origin and turns it as the page says.
    private static PdfPaper Shown(PdfRectangle media, PdfRectangle crop, PageRotationDegrees rotation)
    {
        var width = Math.Min(media.Right, crop.Right) - Math.Max(media.Left, crop.Left);
        var height = Math.Min(media.Top, crop.Top) - Math.Max(media.Bottom, crop.Bottom);
        if (width <= 0 || height <= 0)
            (width, height) = (crop.Width, crop.Height);
        return rotation.SwapsAxis ? new PdfPaper(height, width) : new PdfPaper(width, height);
    }

    private sealed class Reader(
        int page, IResourceStore resources, IPdfTokenScanner scanner, IPageContentParser parser, ILookupFilterProvider filters, CropBox cropBox,
        UserSpaceUnit unit, PageRotationDegrees rotation, in TransformationMatrix initial, ParsingOptions options, PdfPaper paper)
        : BaseStreamProcessor<PdfPageGlyphs>(page, resources, scanner, parser, filters, cropBox, unit, rotation, in initial, options)
    {
        // A page has some thousand; a wall chart some ten thousand.
        private const int MostGlyphs = 500_000;

        private readonly List<PdfGlyph> _glyphs = [];
        private readonly PdfWatch _watch = (PdfWatch)options.Logger;
        private readonly PdfPaper _paper = paper;

        public override PdfPageGlyphs Process(int pageNumberCurrent, IReadOnlyList<IGraphicsStateOperation> operations)
        {
            PageNumber = pageNumberCurrent;
            CloneAllStates();
            ProcessOperations(operations);
            return new PdfPageGlyphs(pageNumberCurrent, _glyphs)
            {
                Paper = _paper,
            };
        }

        protected override void ProcessOperations(IReadOnlyList<IGraphicsStateOperation> operations)
        {
            foreach (var operation in operations)
            {
                _watch.Check();
                operation.Run(this);
            }
        }

        public override void RenderGlyph(
            IFont font, CurrentGraphicsState currentState, double fontSize, double pointSize, int code, string unicode, long currentOffset,
            in TransformationMatrix renderingMatrix, in TransformationMatrix textMatrix, in TransformationMatrix transformationMatrix,
            CharacterBoundingBox characterBoundingBox)
        {
            _watch.Check();
            var matrix = renderingMatrix.Multiply(textMatrix).Multiply(transformationMatrix);
            var start = matrix.Transform(new PdfPoint(0, 0));
            var end = matrix.Transform(new PdfPoint(characterBoundingBox.Width, 0));
            var top = matrix.Transform(new PdfPoint(0, 1));
            var size = Math.Sqrt((top.X - start.X) * (top.X - start.X) + (top.Y - start.Y) * (top.Y - start.Y));
            if (!(size is > 0.5 and < 2000) || !IsVisible(start) && !IsVisible(end))
                return;
            if (!font.TryGetUnicode(code, out var known) || known is null || unicode.Contains('\uFFFD'))
                _watch.CountUnreadable();
            if (_glyphs.Count >= MostGlyphs)
                throw new PdfLimitException($"it has more than {MostGlyphs:N0} letters");
            var direction = matrix.Transform(new PdfPoint(1, 0));
            var (across, up) = (direction.X - start.X, direction.Y - start.Y);
            // What stands askew is stamped over the page.
            if (Math.Min(Math.Abs(across), Math.Abs(up)) > 0.2 * Math.Max(Math.Abs(across), Math.Abs(up)))
                return;
            var turn = Math.Abs(across) >= Math.Abs(up) ? across >= 0 ? 0 : 2 : up > 0 ? 1 : 3;
            var (left, level) = Turned(start, turn);
            var (right, _) = Turned(end, turn);
            _glyphs.Add(new PdfGlyph(unicode, turn, Math.Min(left, right), Math.Max(left, right), level, size, IsBold(font)));
        }

        private static (double Along, double Base) Turned(PdfPoint point, int turn) => turn switch
        {
            0 => (point.X, point.Y),
            1 => (point.Y, -point.X),
            2 => (-point.X, -point.Y),
            _ => (-point.Y, point.X),
        };

        private static bool IsBold(IFont font) => font.Details is { } details
            && (details.IsBold || details.Weight >= 600 || details.Name?.Contains("Bold", StringComparison.OrdinalIgnoreCase) == true);

        private bool IsVisible(PdfPoint point) =>
            point.X >= -1 && point.X <= _paper.Width + 1 && point.Y >= -1 && point.Y <= _paper.Height + 1;

        protected override void RenderXObjectImage(XObjectContentRecord xObjectContentRecord) { }

        public override void BeginSubpath() { }

        public override PdfPoint? CloseSubpath() => null;

        public override void StrokePath(bool close) { }

        public override void FillPath(FillingRule fillingRule, bool close) { }

        public override void FillStrokePath(FillingRule fillingRule, bool close) { }

        public override void MoveTo(double x, double y) { }

        public override void BezierCurveTo(double x2, double y2, double x3, double y3) { }

        public override void BezierCurveTo(double x1, double y1, double x2, double y2, double x3, double y3) { }

        public override void LineTo(double x, double y) { }

        public override void Rectangle(double x, double y, double width, double height) { }

        public override void EndPath() { }

        public override void ClosePath() { }

        public override void ModifyClippingIntersect(FillingRule clippingRule) { }

        protected override void ClipToRectangle(PdfRectangle rectangle, FillingRule clippingRule) { }

        protected override void RenderInlineImage(InlineImage inlineImage) { }

        public override void BeginMarkedContent(NameToken name, NameToken? propertyDictionaryName, DictionaryToken? properties) { }

        public override void EndMarkedContent() { }

        public override void PaintShading(NameToken shadingName) { }
    }
}
