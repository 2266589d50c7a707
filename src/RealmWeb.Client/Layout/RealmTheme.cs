using MudBlazor;

namespace RealmWeb.Client.Layout;

/// <summary>Colours and type of the site. Text colours keep a contrast of at least 4.5 on their backgrounds in both modes.</summary>
/// <remarks>
/// Both palettes are in the page at once, the dark one under <c>:root[data-theme=dark]</c>: the theme is an attribute that a script
/// sets before the first paint, so nothing flashes and nothing is rendered again when it changes.
/// </remarks>
public static class RealmTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Ubuntu", "sans-serif"];

    public static MudTheme Light { get; } = Make(":root");

    public static MudTheme Dark { get; } = Make(":root[data-theme=dark]");

    private static MudTheme Make(string scope) => new()
    {
        PseudoCss = new PseudoCss { Scope = scope },
        LayoutProperties = new LayoutProperties { AppbarHeight = "56px", DefaultBorderRadius = "8px", DrawerWidthLeft = "280px" },
        Typography = Type(),
        PaletteLight = new PaletteLight
        {
            Primary = "#1d5b79",
            PrimaryContrastText = "#ffffff",
            Secondary = "#59636d",
            Background = "#f6f6f3",
            BackgroundGray = "#eeeeea",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1c2126",
            DrawerBackground = "#ffffff",
            DrawerText = "#1c2126",
            DrawerIcon = "#525c66",
            TextPrimary = "#1c2126",
            TextSecondary = "#525c66",
            TextDisabled = "#6b747d",
            ActionDefault = "#525c66",
            Divider = "#dcdeda",
            LinesDefault = "#dcdeda",
            LinesInputs = "#838c94",
            TableLines = "#e6e7e3",
            Skeleton = "#e4e5e0",
            Info = "#1d5b79",
            Success = "#1c6a45",
            Warning = "#855600",
            Error = "#b3261e",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8cc4e3",
            PrimaryContrastText = "#0a2331",
            Secondary = "#a9b1b8",
            Background = "#14171a",
            BackgroundGray = "#191d20",
            Surface = "#1c2024",
            AppbarBackground = "#1c2024",
            AppbarText = "#e8eaec",
            DrawerBackground = "#1c2024",
            DrawerText = "#e8eaec",
            DrawerIcon = "#a9b1b8",
            TextPrimary = "#e8eaec",
            TextSecondary = "#a9b1b8",
            TextDisabled = "#8b949c",
            ActionDefault = "#a9b1b8",
            Divider = "#343a40",
            LinesDefault = "#343a40",
            LinesInputs = "#717a82",
            TableLines = "#2b3035",
            Skeleton = "#2b3035",
            Info = "#8cc4e3",
            InfoContrastText = "#0a2331",
            Success = "#7ccba0",
            SuccessContrastText = "#0c2618",
            Warning = "#e5b567",
            WarningContrastText = "#2c1f05",
            Error = "#f2938c",
            ErrorContrastText = "#3a0d0a",
        },
    };

    private static Typography Type() => new()
    {
        Default = new DefaultTypography { FontFamily = Fonts, FontSize = "1rem", LineHeight = "1.5", LetterSpacing = "normal" },
        H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.75rem", FontWeight = "650", LineHeight = "1.25", LetterSpacing = "-0.01em" },
        H2 = new H2Typography { FontFamily = Fonts, FontSize = "1.25rem", FontWeight = "650", LineHeight = "1.35", LetterSpacing = "normal" },
        H3 = new H3Typography { FontFamily = Fonts, FontSize = "1.0625rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        H6 = new H6Typography { FontFamily = Fonts, FontSize = "1.125rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        Subtitle1 = new Subtitle1Typography { FontFamily = Fonts, FontSize = "1rem", FontWeight = "400", LetterSpacing = "normal" },
        Body1 = new Body1Typography { FontFamily = Fonts, FontSize = "1rem", LineHeight = "1.55", LetterSpacing = "normal" },
        Body2 = new Body2Typography { FontFamily = Fonts, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
        Caption = new CaptionTypography { FontFamily = Fonts, FontSize = "0.8125rem", LineHeight = "1.4", LetterSpacing = "normal" },
        Button = new ButtonTypography { FontFamily = Fonts, FontSize = "0.9375rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "normal" },
    };
}
