namespace RealmWeb.Engine.Text;

/// <summary>One WordPiece of a text.</summary>
/// <param name="Id">Row of the vocabulary.</param>
/// <param name="Start">First UTF-16 code unit in the original text, before lower-casing and accent stripping.</param>
/// <param name="End">One past the last UTF-16 code unit in the original text.</param>
/// <param name="Word">Number of the basic token (word or punctuation mark) that the piece belongs to, counted from 0.</param>
public readonly record struct Piece(int Id, int Start, int End, int Word);
