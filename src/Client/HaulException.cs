using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>Something that Haul was asked for did not happen; <see cref="Failure"/> says why.</summary>
public sealed class HaulException : Exception
{
    /// <summary>An exception for a failure.</summary>
    public HaulException(Failure failure)
        : base(failure.Text) => (Failure, HResult) = (failure, failure.Code.Value);

    /// <summary>An exception for a failure that another exception told of.</summary>
    public HaulException(Failure failure, Exception cause)
        : base(failure.Text, cause) => (Failure, HResult) = (failure, failure.Code.Value);

    /// <summary>The code, for programs.</summary>
    public HResult Code => Failure.Code;

    /// <summary>The code, and the line that names the thing, the cause and the remedy.</summary>
    public Failure Failure { get; }
}
