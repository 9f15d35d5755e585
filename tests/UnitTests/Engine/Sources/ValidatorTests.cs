using System.Net.Http.Headers;
using CsCheck;
using Haul.Engine.Pieces;
using Haul.Engine.Sources;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>What tells two versions of a remote file apart.</summary>
public sealed class ValidatorTests
{
    static readonly DateTimeOffset _noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset _later = _noon.AddSeconds(1);

    // Two versions as "tag date length", "-" for what is not known, and whether they may be the same content.
    [Theory]
    [InlineData("- - -", "- - -", true)]
    [InlineData("- - 10", "- - -", true)]
    [InlineData("- - 10", "- - 10", true)]
    [InlineData("- - 10", "- - 11", false)]
    [InlineData("a - -", "a - -", true)]
    [InlineData("a - -", "b - -", false)]
    [InlineData("a - 10", "a - 11", false)]
    [InlineData("a - -", "- - -", true)]
    [InlineData("a noon -", "a later -", true)]
    [InlineData("a noon -", "b noon -", false)]
    [InlineData("a noon -", "- noon -", true)]
    [InlineData("a noon -", "- later -", false)]
    [InlineData("a noon -", "- - -", true)]
    [InlineData("- noon -", "- noon -", true)]
    [InlineData("- noon -", "- later -", false)]
    [InlineData("- noon 10", "- noon 11", false)]
    [InlineData("- noon 10", "- noon 10", true)]
    [InlineData("- noon -", "- - -", true)]
    [InlineData("A - -", "a - -", false)]
    public void Two_versions_agree_unless_something_that_both_name_differs(string one, string other, bool agree)
    {
        Assert.Equal(agree, Of(one).Agrees(Of(other)));
        Assert.Equal(agree, Of(other).Agrees(Of(one)));
    }

    [Fact]
    public void Another_digest_is_another_version_whatever_else_is_the_same()
    {
        var (one, other) = (new Validator("\"a\"", _noon, 10, PieceHash.Of([1])), new Validator("\"a\"", _noon, 10, PieceHash.Of([2])));

        Assert.False(one.Agrees(other));
        Assert.True(one.Agrees(one with { Digest = null }));
    }

    [Theory]
    [InlineData("a - -", true)]
    [InlineData("- noon 10", true)]
    [InlineData("- noon -", false)]
    [InlineData("- - 10", false)]
    [InlineData("- - -", false)]
    public void Answers_may_be_put_together_by_a_tag_or_by_date_and_length(string text, bool canResume) =>
        Assert.Equal(canResume, Of(text).CanResume);

    [Theory]
    [InlineData("a noon 10", "\"a\"")]
    [InlineData("- noon 10", "Fri, 01 May 2026 12:00:00 GMT")]
    [InlineData("- - 10", null)]
    public void If_range_names_the_tag_or_else_the_date(string text, string? header) =>
        Assert.Equal(header, Of(text).IfRange?.ToString());

    [Fact]
    public void A_weak_tag_tells_nothing()
    {
        var version = Read(response => response.Headers.ETag = EntityTagHeaderValue.Parse("W/\"a\""));

        Assert.Equal((null, false), (version.ETag, version.CanResume));
    }

    [Fact]
    public void A_strong_tag_is_kept_as_it_was_written() =>
        Assert.Equal("\"a,b|c\"", Read(response => response.Headers.ETag = EntityTagHeaderValue.Parse("\"a,b|c\"")).ETag);

    [Theory]
    [InlineData(0, false)]
    [InlineData(-5, false)]
    [InlineData(1, true)]
    [InlineData(3600, true)]
    [InlineData(null, true)]
    public void A_date_counts_when_it_is_a_second_older_than_the_answer(int? age, bool isKept)
    {
        var version = Read(response =>
        {
            response.Content.Headers.LastModified = _noon;
            response.Headers.Date = age is { } seconds ? _noon.AddSeconds(seconds) : null;
        });

        Assert.Equal(isKept ? _noon : null, version.LastModified);
    }

    [Fact]
    public void What_is_kept_on_disk_comes_back() =>
        Gen.Select(Gen.Null(Gen.String.Where(tag => tag.Length > 0)), Gen.Nullable(Gen.DateTime), Gen.Long[-1, long.MaxValue], Gen.Nullable(Gen.Byte)).Sample((tag, date, length, digest) =>
        {
            var version = new Validator(tag, date is { } at ? new DateTimeOffset(at.Ticks, TimeSpan.Zero) : null, length, digest is { } seed ? PieceHash.Of([seed]) : null);
            return Validator.Parse(version.Serialize()) == version;
        });

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10|")]
    [InlineData("x||")]
    [InlineData("10|x|")]
    [InlineData("10|#|")]
    [InlineData("10|#abc|")]
    [InlineData("10|-1|")]
    [InlineData("10|9223372036854775807|")]
    public void Something_else_on_disk_is_no_version(string text) => Assert.Null(Validator.Parse(text));

    static Validator Of(string text)
    {
        var parts = text.Split(' ');
        DateTimeOffset? date = parts[1] switch { "noon" => _noon, "later" => _later, _ => null };
        return new Validator(parts[0] == "-" ? null : $"\"{parts[0]}\"", date, parts[2] == "-" ? -1 : long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
    }

    static Validator Read(Action<HttpResponseMessage> change)
    {
        using var response = new HttpResponseMessage();
        change(response);
        return Validator.Of(response, 10);
    }
}
