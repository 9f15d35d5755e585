using System.Buffers;

namespace Haul.Tracker.Announces;

/// <summary>Ids as digits.</summary>
static class HexText
{
    /// <summary>Reads exactly as many bytes as there is room for; digits of either case.</summary>
    public static bool TryRead(ReadOnlySpan<byte> digits, Span<byte> bytes) =>
        digits.Length == bytes.Length * 2 && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done;

    public static bool TryRead(ReadOnlySpan<char> digits, Span<byte> bytes) =>
        digits.Length == bytes.Length * 2 && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done;
}
