using System.Text;

namespace Haul.Engine.Discovery;

/// <summary>A name of the DNS: labels of bytes, the same whether in capitals or not (RFC 1035, section 2.3.3).</summary>
/// <remarks>Kept as it stands on the wire, without compression and without the empty label at its end, one char for each byte. A length is
/// less than 64 and so never a letter: the whole can be compared at once.</remarks>
sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>Bytes of a label: two bits of its length mark pointers.</summary>
    public const int LabelMax = 63;

    /// <summary>Bytes of a name with the empty label at its end.</summary>
    public const int SizeMax = 255;

    readonly string _wire;
    readonly string _folded;

    DnsName(string wire) => (_wire, _folded) = (wire, string.Create(wire.Length, wire, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++)
            to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    }));

    /// <summary>Bytes on the wire without compression, the empty label at the end included.</summary>
    public int Size => _wire.Length + 1;

    /// <summary>The labels from the left.</summary>
    public IReadOnlyList<string> Labels
    {
        get
        {
            var labels = new List<string>();
            for (var at = 0; at < _wire.Length; at += 1 + _wire[at])
                labels.Add(_wire.Substring(at + 1, _wire[at]));
            return labels;
        }
    }

    /// <summary>The name without its first label; of a name with none or one, the root.</summary>
    public DnsName Parent => _wire.Length == 0 ? this : new DnsName(_wire[(1 + _wire[0])..]);

    /// <summary>True for the name of no label.</summary>
    public bool IsRoot => _wire.Length == 0;

    /// <summary>A name that the program itself knows to be one.</summary>
    public static DnsName Of(params ReadOnlySpan<string> labels) =>
        TryOf(labels) ?? throw new ArgumentException($"a DNS name has labels of 1 to {LabelMax} bytes and {SizeMax} bytes in all", nameof(labels));

    /// <summary>A name of labels whose chars are bytes; null when a label or the whole is too long, or a label is empty.</summary>
    public static DnsName? TryOf(params ReadOnlySpan<string> labels)
    {
        var wire = new StringBuilder();
        foreach (var label in labels)
        {
            if (label.Length is 0 or > LabelMax || wire.Length + 1 + label.Length + 1 > SizeMax || label.Any(letter => letter > 0xFF))
                return null;
            wire.Append((char)label.Length).Append(label);
        }
        return new DnsName(wire.ToString());
    }

    /// <summary>A name under this one.</summary>
    public DnsName Child(string label) => Of([label, .. Labels]);

    public bool Equals(DnsName? other) => other is not null && string.Equals(_folded, other._folded, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as DnsName);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_folded);

    /// <summary>With dots; for people, since a label may hold a dot of its own.</summary>
    public override string ToString() => IsRoot ? "." : string.Join('.', Labels);
}
