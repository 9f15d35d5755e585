using System.Globalization;
using System.Xml;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Pieces;

/// <summary>Reads the manifest of one file out of a Metalink (RFC 5854): its size and the SHA-256 of its pieces.</summary>
/// <remarks>The text is a stranger's: no document types, no entities but XML's own, nothing is fetched that it names, and it is at hand in whole, so its length is bounded.</remarks>
static class MetalinkReader
{
    /// <summary>The longest text, 16 MiB: the hashes of 170 GiB in pieces of 1 MiB.</summary>
    public const int TextMax = 16 << 20;

    public const string Namespace = "urn:ietf:params:xml:ns:metalink";
    public const string Sha256 = "sha-256";

    static readonly XmlReaderSettings _settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true, MaxCharactersInDocument = TextMax,
    };

    /// <summary>Whether a text that begins so may be a Metalink: XML with its root, and not a page.</summary>
    public static bool MayBe(ReadOnlySpan<byte> text) => text.IndexOf("<metalink"u8) >= 0;

    /// <summary>The manifest of a file, by its name; where the Metalink has only one file, of that one.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="name">The last part of the content's path.</param>
    public static Outcome<Manifest> Read(Stream text, string name)
    {
        try
        {
            using var xml = XmlReader.Create(text, _settings);
            if (xml.MoveToContent() != XmlNodeType.Element || xml is not { LocalName: "metalink", NamespaceURI: Namespace })
                return new Failure(DO_E_METAINFO_PARSE_JSON, $"it is XML, and not a Metalink of RFC 5854 ({Namespace})");
            var files = new List<MetalinkFile>();
            while (xml.Read())
            {
                if (IsElement(xml, "file"))
                    files.Add(ReadFile(xml));
            }
            var file = files.Find(one => one.Name == name || one.Name.EndsWith($"/{name}", StringComparison.Ordinal)) ?? (files.Count == 1 ? files[0] : null);
            return file is null ? new Failure(DO_E_METAINFO_PARSE_JSON, $"the Metalink has {files.Count} files, and none is called '{name}'") : file.ToManifest();
        }
        catch (XmlException e)
        {
            return new Failure(DO_E_METAINFO_PARSE_JSON, $"the Metalink is not well formed: {e.Message}");
        }
    }

    static bool IsElement(XmlReader xml, string name) => xml.NodeType == XmlNodeType.Element && xml.LocalName == name && xml.NamespaceURI == Namespace;

    static MetalinkFile ReadFile(XmlReader xml)
    {
        var file = new MetalinkFile(xml.GetAttribute("name") ?? "");
        if (xml.IsEmptyElement)
            return file;
        using var inside = xml.ReadSubtree();
        inside.Read();
        inside.Read();
        while (!inside.EOF)
        {
            // What is read as content leaves the reader at what follows.
            if (IsElement(inside, "size"))
            {
                file.Size = NumberOf(inside.ReadElementContentAsString());
                continue;
            }
            if (IsElement(inside, "hash") && inside.GetAttribute("type") == Sha256)
            {
                file.Digest = inside.ReadElementContentAsString().Trim();
                continue;
            }
            // Hashes of other algorithms may stand beside.
            if (IsElement(inside, "pieces") && inside.GetAttribute("type") == Sha256)
                ReadPieces(inside, file);
            inside.Read();
        }
        return file;
    }

    static long NumberOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    static void ReadPieces(XmlReader xml, MetalinkFile file)
    {
        file.PieceSize = NumberOf(xml.GetAttribute("length"));
        if (xml.IsEmptyElement)
            return;
        using var inside = xml.ReadSubtree();
        inside.Read();
        inside.Read();
        while (!inside.EOF)
        {
            if (IsElement(inside, "hash"))
                file.Hashes.Add(inside.ReadElementContentAsString().Trim());
            else
                inside.Read();
        }
    }
}

/// <summary>One file of a Metalink, as it was read.</summary>
/// <param name="name">Its name.</param>
sealed class MetalinkFile(string name)
{
    public string Name => name;

    public long Size { get; set; } = -1;

    public long PieceSize { get; set; } = -1;

    /// <summary>The SHA-256 of the whole, as it stands there; or null.</summary>
    public string? Digest { get; set; }

    public List<string> Hashes { get; } = [];

    public Outcome<Manifest> ToManifest()
    {
        if (Size < 0)
            return new Failure(DO_E_METAINFO_CONTENT_LENGTH, $"the Metalink has no size of '{name}'");
        if (Hashes.Count == 0 && Size > 0)
            return new Failure(DO_E_METAINFO_PARSE_PIECEHASHES, $"the Metalink has no SHA-256 of pieces of '{name}'");
        if (!Manifest.IsPieceSize(PieceSize))
            return new Failure(DO_E_METAINFO_PIECE_SIZE, $"the Metalink's pieces of {PieceSize} bytes are not a power of two from {Manifest.PieceSizeMin} to {PieceLayout.StandardPieceSize}");
        if (Hashes.Count != (Size + PieceSize - 1) / PieceSize)
            return new Failure(DO_E_METAINFO_PARSE_PIECEHASHES, $"the Metalink has {Hashes.Count} hashes of '{name}', and {Size} bytes are {(Size + PieceSize - 1) / PieceSize} pieces of {PieceSize}");
        var hashes = new PieceHash[Hashes.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (HashOf(Hashes[i]) is not { } hash)
                return new Failure(DO_E_METAINFO_PARSE_ONE_PIECEHASH, $"hash {i} of '{name}' in the Metalink is not 64 hexadecimal digits");
            hashes[i] = hash;
        }
        return new Manifest(Size, (int)PieceSize, hashes) { SaidDigest = Digest is null ? null : HashOf(Digest) };
    }

    static PieceHash? HashOf(string digits) =>
        digits.Length == 2 * PieceHash.Size && digits.All(char.IsAsciiHexDigit) ? PieceHash.Read(Convert.FromHexString(digits)) : null;
}
