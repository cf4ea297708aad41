// Signs one request to the park's vendor interface and prints its headers. .NET 6 or newer, or Mono; nothing to install:
//
//   mcs Sign.cs && APP_ID=app_... APP_SECRET=... mono Sign.exe POST /v1/positioning/positions body.json
//
// (with .NET: `dotnet new console`, put this file in place of Program.cs, `dotnet run -- POST ...`).
// APP_SIGN_ALG=HMAC-SHA256 signs with SHA-256 instead of SM3. SIGN_TIMESTAMP and SIGN_NONCE fix what is otherwise made
// anew, to compare with vectors.json. The string to sign goes to stderr. The rules are in vendor-signing.md.
using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

public static class Sign
{
    static readonly uint[] Sm3Start =
    {
        0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e
    };

    static uint Rotate(uint word, int bits)
    {
        bits %= 32;
        return bits == 0 ? word : (word << bits) | (word >> (32 - bits));
    }

    /// SM3 (GB/T 32905-2016): the .NET library has none.
    static byte[] Sm3(byte[] data)
    {
        unchecked
        {
            byte[] padded = new byte[(data.Length + 8) / 64 * 64 + 64];
            data.CopyTo(padded, 0);
            padded[data.Length] = 0x80;
            ulong bitCount = 8UL * (ulong)data.Length;
            for (int i = 0; i < 8; i++) padded[padded.Length - 1 - i] = (byte)(bitCount >> (8 * i));
            uint[] state = (uint[])Sm3Start.Clone();
            uint[] w = new uint[68];
            for (int at = 0; at < padded.Length; at += 64)
            {
                for (int j = 0; j < 16; j++)
                {
                    int i = at + 4 * j;
                    w[j] = (uint)(padded[i] << 24 | padded[i + 1] << 16 | padded[i + 2] << 8 | padded[i + 3]);
                }
                for (int j = 16; j < 68; j++)
                {
                    uint x = w[j - 16] ^ w[j - 9] ^ Rotate(w[j - 3], 15);
                    w[j] = x ^ Rotate(x, 15) ^ Rotate(x, 23) ^ Rotate(w[j - 13], 7) ^ w[j - 6];
                }
                uint a = state[0], b = state[1], c = state[2], d = state[3];
                uint e = state[4], f = state[5], g = state[6], h = state[7];
                for (int j = 0; j < 64; j++)
                {
                    bool early = j < 16;
                    uint ss1 = Rotate(Rotate(a, 12) + e + Rotate(early ? 0x79cc4519u : 0x7a879d8au, j), 7);
                    uint ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
                    uint gg = early ? e ^ f ^ g : (e & f) | (~e & g);
                    uint tt1 = ff + d + (ss1 ^ Rotate(a, 12)) + (w[j] ^ w[j + 4]);
                    uint tt2 = gg + h + ss1 + w[j];
                    d = c;
                    c = Rotate(b, 9);
                    b = a;
                    a = tt1;
                    h = g;
                    g = Rotate(f, 19);
                    f = e;
                    e = tt2 ^ Rotate(tt2, 9) ^ Rotate(tt2, 17);
                }
                uint[] after = { a, b, c, d, e, f, g, h };
                for (int i = 0; i < 8; i++) state[i] ^= after[i];
            }
            return state.SelectMany(word => new[] { (byte)(word >> 24), (byte)(word >> 16), (byte)(word >> 8), (byte)word })
                .ToArray();
        }
    }

    static byte[] Sha256(byte[] data)
    {
        using (SHA256 sha256 = SHA256.Create()) return sha256.ComputeHash(data);
    }

    /// RFC 2104; both hashes work on blocks of 64 bytes.
    static byte[] Hmac(Func<byte[], byte[]> hash, byte[] key, byte[] message)
    {
        byte[] block = new byte[64];
        (key.Length > 64 ? hash(key) : key).CopyTo(block, 0);
        byte[] inner = hash(block.Select(one => (byte)(one ^ 0x36)).Concat(message).ToArray());
        return hash(block.Select(one => (byte)(one ^ 0x5c)).Concat(inner).ToArray());
    }

    static string Hex(byte[] bytes)
    {
        return string.Concat(bytes.Select(one => one.ToString("x2")));
    }

    static Func<byte[], byte[]> HashOf(string alg)
    {
        if (alg == "HMAC-SM3") return Sm3;
        if (alg == "HMAC-SHA256") return Sha256;
        throw new ArgumentException("unknown algorithm " + alg);
    }

    static string Env(string name, string otherwise)
    {
        string value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }

    static string NewNonce()
    {
        byte[] random = new byte[16];
        using (RandomNumberGenerator source = RandomNumberGenerator.Create()) source.GetBytes(random);
        return Hex(random);
    }

    public static int Main(string[] args)
    {
        string appId = Env("APP_ID", null);
        string appSecret = Env("APP_SECRET", null);
        if (args.Length < 2 || appId == null || appSecret == null)
        {
            Console.Error.WriteLine("usage: APP_ID=... APP_SECRET=... Sign <method> <path?query> [file with the body]");
            return 2;
        }
        // Path and query exactly as they go out; the body: exactly the bytes that go out.
        string target = args[1];
        int queryAt = target.IndexOf('?');
        string path = queryAt < 0 ? target : target.Substring(0, queryAt);
        string query = queryAt < 0 ? "" : target.Substring(queryAt + 1);
        byte[] body = args.Length > 2 ? File.ReadAllBytes(args[2]) : new byte[0];
        string alg = Env("APP_SIGN_ALG", "HMAC-SM3");
        long nowMs = (long)(DateTime.UtcNow - new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalMilliseconds;
        string timestamp = Env("SIGN_TIMESTAMP", nowMs.ToString());
        // A new one for every request, also for a retry of the same records.
        string nonce = Env("SIGN_NONCE", NewNonce());
        Func<byte[], byte[]> hash = HashOf(alg);
        string stringToSign = string.Join("\n", args[0], path, query, Hex(hash(body)), appId, timestamp, nonce);
        byte[] signature = Hmac(hash, Encoding.UTF8.GetBytes(appSecret), Encoding.UTF8.GetBytes(stringToSign));
        Console.Error.WriteLine(stringToSign);
        Console.WriteLine("X-App-Id: " + appId);
        Console.WriteLine("X-Timestamp: " + timestamp);
        Console.WriteLine("X-Nonce: " + nonce);
        Console.WriteLine("X-Sign-Alg: " + alg);
        Console.WriteLine("X-Signature: " + Hex(signature));
        return 0;
    }
}
