using System.Globalization;
using System.Text;
using System.Xml;

namespace Haul.Engine.Pieces;

/// <summary>Writes a manifest as a Metalink (RFC 5854), for clients that read those.</summary>
static class MetalinkWriter
{
    static readonly XmlWriterSettings _settings = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, CloseOutput = false };

    /// <param name="manifest">The manifest.</param>
    /// <param name="name">The last part of the content's path.</param>
    /// <param name="digest">SHA-256 of the whole content.</param>
    /// <param name="url">Where the content is.</param>
    public static byte[] Write(Manifest manifest, string name, PieceHash digest, Uri url)
    {
        using var text = new MemoryStream();
        using (var xml = XmlWriter.Create(text, _settings))
        {
            xml.WriteStartElement("metalink", MetalinkReader.Namespace);
            xml.WriteStartElement("file");
            xml.WriteAttributeString("name", name);
            xml.WriteElementString("size", MetalinkReader.Namespace, manifest.Layout.Length.ToString(CultureInfo.InvariantCulture));
            WriteHash(xml, digest, isWhole: true);
            xml.WriteStartElement("pieces");
            xml.WriteAttributeString("length", manifest.Layout.PieceSize.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("type", MetalinkReader.Sha256);
            foreach (var hash in manifest.Hashes)
                WriteHash(xml, hash, isWhole: false);
            xml.WriteEndElement();
            xml.WriteElementString("url", MetalinkReader.Namespace, url.AbsoluteUri);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        return text.ToArray();
    }

    static void WriteHash(XmlWriter xml, PieceHash hash, bool isWhole)
    {
        xml.WriteStartElement("hash");
        // Those of pieces say it once, all together.
        if (isWhole)
            xml.WriteAttributeString("type", MetalinkReader.Sha256);
        xml.WriteString(hash.ToString());
        xml.WriteEndElement();
    }
}
