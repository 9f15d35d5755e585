using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>Where outcomes become exceptions, for programs.</summary>
static class OutcomeThrow
{
    /// <summary>The value, or its failure as a <see cref="HaulException"/>.</summary>
    public static T OrThrow<T>(this Outcome<T> outcome) => outcome.Succeeded ? outcome.Value : throw new HaulException(outcome.Failure);
}
