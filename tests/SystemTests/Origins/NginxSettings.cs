using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>The ports of one nginx.</summary>
sealed record NginxPorts(int Plain, int Secure, int Http2);

/// <summary>What nginx is told: its configuration file and its certificate.</summary>
static class NginxSettings
{
    public const string Name = "nginx.conf";
    public const string AccessLog = "access.log";

    const string CertificateName = "certificate.pem";
    const string KeyName = "key.pem";
    const string UsersName = "users";

    /// <summary>Writes all that nginx reads into its workplace, where it also keeps all that it writes.</summary>
    public static void Write(TempDirectory workplace, string directory, TestAuthority authority, NginxPorts ports)
    {
        using var certificate = authority.Issue();
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(workplace.File(CertificateName), certificate.ExportCertificatePem());
        File.WriteAllText(workplace.File(KeyName), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(workplace.File(UsersName), $"{NginxOrigin.User}:{{PLAIN}}{NginxOrigin.Password}\n");
        File.WriteAllText(workplace.File(AccessLog), "");
        File.WriteAllText(workplace.File(Name), Text(directory, ports));
    }

    static string Text(string directory, NginxPorts ports) => string.Create(CultureInfo.InvariantCulture, $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log stderr warn;
        events { worker_connections 512; }
        http {
            {{NginxRequest.LogFormat}}
            access_log {{AccessLog}} haul;
            default_type application/octet-stream;
            sendfile on;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            ssl_certificate {{CertificateName}};
            ssl_certificate_key {{KeyName}};
            gzip_types application/octet-stream;
            server {
                listen 127.0.0.1:{{ports.Plain}};
                listen 127.0.0.1:{{ports.Secure}} ssl;
                listen 127.0.0.1:{{ports.Http2}} ssl http2;
                location / { root "{{directory}}"; }
                location /slow/ { alias "{{directory}}/"; limit_rate {{NginxOrigin.SlowBytesPerSecond}}; }
                location /noranges/ { alias "{{directory}}/"; max_ranges 0; }
                location /gzip/ { alias "{{directory}}/"; gzip on; }
                location /named/ { alias "{{directory}}/"; add_header Repr-Digest "sha-256=:$arg_sha256:" always; }
                location /described/ { alias "{{directory}}/"; add_header Link '<$uri.meta4>; rel=describedby; type="application/metalink4+xml"'; }
                location /locked/ { alias "{{directory}}/"; auth_basic haul; auth_basic_user_file {{UsersName}}; }
            }
        }

        """);
}
