using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Haul.Protocol.Api;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Haul.SystemTests.Agent;

/// <summary>The description of the API, held against the API.</summary>
public sealed partial class OpenApiTests
{
    static readonly string[] _methods = ["get", "post", "put", "patch", "delete"];

    [Fact]
    public async Task Every_route_is_described_and_every_described_route_is_there()
    {
        await using var rig = await AgentRig.StartAsync();
        var document = await DocumentAsync(rig);

        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Where(one => _methods.Contains(one.Key)).Select(one => $"{one.Key.ToUpperInvariant()} {path.Key}"));
        var mapped = rig.Agent.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}"));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_schema_has_the_properties_of_its_record()
    {
        await using var rig = await AgentRig.StartAsync();
        var schemas = (await DocumentAsync(rig))["components"]!["schemas"]!.AsObject();
        var compared = 0;

        foreach (var (name, schema) in schemas.Where(schema => schema.Value!["properties"] is not null))
        {
            var type = typeof(JobSnapshot).Assembly.GetTypes().Single(type => type.Name == name || type.Name == name + "Snapshot");
            var properties = ProtocolJson.Default.GetTypeInfo(type)!.Properties.Select(property => property.Name);
            Assert.Equal(properties.Order(StringComparer.Ordinal), schema!["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal));
            compared++;
        }
        Assert.True(compared > 15);
    }

    [Fact]
    public async Task Every_enumeration_has_the_names_of_its_members()
    {
        await using var rig = await AgentRig.StartAsync();
        var schemas = (await DocumentAsync(rig))["components"]!["schemas"]!.AsObject();

        foreach (var type in new[] { typeof(Haul.Protocol.Contract.JobState), typeof(Haul.Protocol.Contract.JobPriority), typeof(Haul.Protocol.Contract.JobType), typeof(Haul.Protocol.Contract.ErrorContext), typeof(Haul.Protocol.Contract.DownloadState), typeof(IntegrityState) })
            Assert.Equal(Enum.GetNames(type), schemas[type.Name]!["enum"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(Enum.GetNames<JobEventKind>(), schemas["JobEvent"]!["properties"]!["kind"]!["enum"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(Enum.GetNames<NotificationKind>(), schemas["Notification"]!["properties"]!["kind"]!["enum"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        await using var rig = await AgentRig.StartAsync();
        var document = await DocumentAsync(rig);

        var references = Reference().Matches(document.ToJsonString()).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(reference.Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part])));
    }

    static async Task<JsonNode> DocumentAsync(AgentRig rig)
    {
        var answer = await rig.CallAsync(HttpMethod.Get, "/openapi.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.MediaType));
        var document = JsonNode.Parse(answer.Body, null, new JsonDocumentOptions { AllowDuplicateProperties = false })!;
        Assert.StartsWith("3.1.", (string)document["openapi"]!, StringComparison.Ordinal);
        return document;
    }

    [GeneratedRegex("\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
