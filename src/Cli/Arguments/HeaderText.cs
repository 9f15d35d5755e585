using Haul.Protocol.Api;

namespace Haul.Cli.Arguments;

/// <summary>A request header as HTTP writes it: a name, a colon, a value.</summary>
static class HeaderText
{
    public static Header? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !text.AsSpan(0, colon).ContainsAny(" \t\r\n") ? new Header(text[..colon], text[(colon + 1)..].Trim()) : null;
    }
}
