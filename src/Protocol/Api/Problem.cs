using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>A call that failed, as RFC 9457 writes it: application/problem+json.</summary>
/// <param name="Type">Always "about:blank": the code says what kind of problem it is.</param>
/// <param name="Title">What the code means in general.</param>
/// <param name="Status">The HTTP status again.</param>
/// <param name="Detail">One line that names the thing, the cause and the remedy.</param>
/// <param name="Code">The result code.</param>
/// <param name="Name">The code's name, or null where it has none.</param>
sealed record Problem(string Type, string Title, int Status, string Detail, HResult Code, string? Name);
