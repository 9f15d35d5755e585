using System.Diagnostics.CodeAnalysis;

namespace Haul.Protocol.Contract;

/// <summary>What came of a call: a value with a success code, or a failure.</summary>
/// <typeparam name="T">The value.</typeparam>
public readonly record struct Outcome<T>
{
    /// <summary>Success with <paramref name="code"/>, S_OK by default.</summary>
    public Outcome(T value, HResult code = default) => (Value, Code) = (value, code);

    /// <summary>Failure.</summary>
    public Outcome(Failure failure) => (Failure, Code) = (failure, failure.Code);

    /// <summary>The value; default on failure.</summary>
    public T? Value { get; }

    /// <summary>The success or failure code.</summary>
    public HResult Code { get; }

    /// <summary>Why not; null on success.</summary>
    public Failure? Failure { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    /// <summary>A value as the outcome S_OK.</summary>
    public static implicit operator Outcome<T>(T value) => new(value);

    /// <summary>A failure as the outcome.</summary>
    public static implicit operator Outcome<T>(Failure failure) => new(failure);
}
