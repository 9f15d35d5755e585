using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>The file that makes an agent one of a group: JSON with the group's name, key and transport, for its owner alone.</summary>
static class GroupFile
{
    /// <summary>Its name in the state directory of an agent.</summary>
    public const string Name = "group.json";

    /// <summary>Bytes of a file: several times of what one has.</summary>
    public const int SizeMax = 4096;

    const string Tls = "tls";
    const string Plain = "plain";

    /// <summary>Where an agent has it.</summary>
    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, Name);

    /// <summary>Reads a file; E_NOT_SET where there is none.</summary>
    public static Outcome<GroupKey> Read(string path)
    {
        var bytes = OwnerFile.Read(path, SizeMax);
        return bytes.Succeeded ? Parse(bytes.Value, path) : bytes.Failure;
    }

    /// <summary>Makes a file that must not exist yet.</summary>
    public static Failure? Create(string path, GroupKey group) => OwnerFile.Create(path, Write(group));

    /// <summary>What a file holds, with the key.</summary>
    public static byte[] Write(GroupKey group) => JsonSerializer.SerializeToUtf8Bytes(
        new GroupFileMembers(group.Name, Base64Url.EncodeToString(group.Secret), group.Transport == GroupTransport.Plain ? Plain : Tls), GroupFileJson.Default.GroupFileMembers);

    /// <summary>Reads what a file holds.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="from">Where they are from, for failures.</param>
    public static Outcome<GroupKey> Parse(ReadOnlySpan<byte> json, string from)
    {
        GroupFileMembers? members;
        try
        {
            members = JsonSerializer.Deserialize(json, GroupFileJson.Default.GroupFileMembers);
        }
        catch (JsonException)
        {
            return Fault(from, "it is no JSON of the right form");
        }
        Span<byte> key = stackalloc byte[GroupKey.Size];
        if (members?.Name is not { } name || GroupKey.NameFault(name) is not null)
            return Fault(from, "name is missing or no name");
        if (members.Key is not { } text || !Base64Url.IsValid(text, out var length) || length != key.Length || !Base64Url.TryDecodeFromChars(text, key, out _))
            return Fault(from, $"key is missing or has not {GroupKey.Size} bytes in base64url");
        return members.Transport switch
        {
            Tls => new GroupKey(name, key, GroupTransport.Tls),
            Plain => new GroupKey(name, key, GroupTransport.Plain),
            _ => Fault(from, $"transport is neither {Tls} nor {Plain}"),
        };
    }

    static Failure Fault(string from, string why) => new(ERROR_INVALID_DATA, $"{from} holds no group: {why}; get it anew from a member, as haul group show --secret writes it");
}

/// <summary>The members of a group's file.</summary>
sealed record GroupFileMembers(string? Name, string? Key, string? Transport);

/// <summary>How a group's file is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 4, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(GroupFileMembers))]
sealed partial class GroupFileJson : JsonSerializerContext;
