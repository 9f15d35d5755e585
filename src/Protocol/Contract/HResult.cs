namespace Haul.Protocol.Contract;

/// <summary>The outcome of an operation as the Delivery Optimization contract numbers it: negative is failure.</summary>
/// <remarks>Names, values and texts are in <see cref="HResults"/>. Source of the numbers: contract, sections 3 and 9.</remarks>
/// <param name="Value">The 32 bits, as COM passes them.</param>
public readonly record struct HResult(int Value)
{
    /// <summary>True for S_OK, S_FALSE and every other code without the failure bit.</summary>
    public bool Succeeded => Value >= 0;

    /// <summary>True when the failure bit is set.</summary>
    public bool Failed => Value < 0;

    /// <summary>True for the codes 0x80D038xx: a pause that ends by itself (contract, section 9.1).</summary>
    public bool IsTransient => Failed && ((uint)Value & 0x1FFF_F800) == 0x00D0_3800;

    /// <summary>The code of an HTTP status: 0x8019 in the high word, the status in the low word.</summary>
    public static HResult FromHttpStatus(int status) => new(unchecked((int)0x80190000) | (status & 0xFFFF));

    /// <summary>The code of a Win32 error number: 0x8007 in the high word.</summary>
    public static HResult FromWin32(int error) => error == 0 ? default : new(unchecked((int)0x80070000) | (error & 0xFFFF));

    /// <summary>The HTTP status inside a 0x8019xxxx code, or null.</summary>
    public int? HttpStatus => ((uint)Value & 0xFFFF0000) == 0x80190000 ? Value & 0xFFFF : null;

    /// <summary>Eight hexadecimal digits behind 0x.</summary>
    public string Hex => $"0x{(uint)Value:X8}";

    /// <summary>The name where one is known, else the hexadecimal form.</summary>
    public override string ToString() => HResults.NameOf(this) ?? Hex;
}
