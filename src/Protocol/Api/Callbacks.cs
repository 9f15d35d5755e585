using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>The first event of a stream of notifications.</summary>
/// <param name="Session">Names the stream in <see cref="CallbackRegistration"/> and in answers; it ends with the stream.</param>
sealed record NotificationSession(string Session);

/// <summary>Sends a job's notifications to a session of the caller's, in place of wherever they went before.</summary>
/// <param name="Session">The id that the stream began with.</param>
sealed record CallbackRegistration(string Session);

/// <summary>What a callback returned.</summary>
/// <param name="Job">The job the notification was about.</param>
/// <param name="Number">The notification's number.</param>
/// <param name="Code">A success code acknowledges; a failure of JobTransferred or JobError has it repeated later.</param>
sealed record NotificationAnswer(Guid Job, long Number, HResult Code);
