using System.Net;
using System.Net.Sockets;
using Haul.Engine.Platform;

namespace Haul.SystemTests.Disk;

/// <summary>Who the kernel says is at the other end.</summary>
public sealed class PeerCredentialsTests : IDisposable
{
    readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_peer_of_this_process_is_its_user() => Assert.Equal(PeerCredentials.Current(), PeerOf(() => { }));

    [RootFact]
    public void A_peer_of_another_user_is_that_user()
    {
        var peer = PeerOf(() => Native.BecomeForGood(TestUsers.First.Uid, TestUsers.First.Gid));
        Assert.Equal(TestUsers.First, peer);
        Assert.False(peer!.IsAdministrator);
    }

    [Fact]
    public void A_socket_of_the_network_has_no_user()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Null(PeerCredentials.Of(listener));
    }

    [Fact]
    public void A_socket_without_a_peer_has_no_user()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Null(PeerCredentials.Of(socket));
    }

    [Fact]
    public void Users_are_found_by_name()
    {
        Assert.Equal(0u, Users.UidOf("root"));
        Assert.Equal("root", Users.NameOf(0));
        Assert.Null(Users.UidOf("no-such-user-here"));
        Assert.Null(Users.UidOf("root\0x"));
        Assert.Null(Users.NameOf(4_000_000_000));
    }

    Caller? PeerOf(Action beforeConnecting)
    {
        var endPoint = new UnixDomainSocketEndPoint(_directory.At("socket"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endPoint);
        Native.Mode(_directory.At("socket"), 0b110_110_110);
        listener.Listen();
        using var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Native.OnOwnThread(() =>
        {
            beforeConnecting();
            peer.Connect(endPoint);
        });
        using var accepted = listener.Accept();
        return PeerCredentials.Of(accepted);
    }
}
