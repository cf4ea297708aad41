import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Signs one request to the park's vendor interface and prints its headers. Java 11 or newer, nothing to install:
 *
 *   APP_ID=app_... APP_SECRET=... java Sign.java POST /v1/positioning/positions body.json
 *
 * APP_SIGN_ALG=HMAC-SHA256 signs with SHA-256 instead of SM3. SIGN_TIMESTAMP and SIGN_NONCE fix what is otherwise made
 * anew, to compare with vectors.json. The string to sign goes to stderr. The rules are in vendor-signing.md.
 */
public final class Sign {
  private static final int[] SM3_START = {
    0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e
  };

  /** SM3 (GB/T 32905-2016): the Java library has none. */
  static byte[] sm3(byte[] data) {
    ByteBuffer padded = ByteBuffer.allocate((data.length + 8) / 64 * 64 + 64);
    padded.put(data).put((byte) 0x80).putLong(padded.capacity() - 8, 8L * data.length).rewind();
    int[] state = SM3_START.clone();
    int[] w = new int[68];
    while (padded.hasRemaining()) {
      for (int j = 0; j < 16; j++) w[j] = padded.getInt();
      for (int j = 16; j < 68; j++) {
        int x = w[j - 16] ^ w[j - 9] ^ Integer.rotateLeft(w[j - 3], 15);
        w[j] = x ^ Integer.rotateLeft(x, 15) ^ Integer.rotateLeft(x, 23) ^ Integer.rotateLeft(w[j - 13], 7) ^ w[j - 6];
      }
      int a = state[0], b = state[1], c = state[2], d = state[3];
      int e = state[4], f = state[5], g = state[6], h = state[7];
      for (int j = 0; j < 64; j++) {
        boolean early = j < 16;
        int ss1 = Integer.rotateLeft(
            Integer.rotateLeft(a, 12) + e + Integer.rotateLeft(early ? 0x79cc4519 : 0x7a879d8a, j), 7);
        int ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
        int gg = early ? e ^ f ^ g : (e & f) | (~e & g);
        int tt1 = ff + d + (ss1 ^ Integer.rotateLeft(a, 12)) + (w[j] ^ w[j + 4]);
        int tt2 = gg + h + ss1 + w[j];
        d = c;
        c = Integer.rotateLeft(b, 9);
        b = a;
        a = tt1;
        h = g;
        g = Integer.rotateLeft(f, 19);
        f = e;
        e = tt2 ^ Integer.rotateLeft(tt2, 9) ^ Integer.rotateLeft(tt2, 17);
      }
      int[] after = {a, b, c, d, e, f, g, h};
      for (int i = 0; i < 8; i++) state[i] ^= after[i];
    }
    ByteBuffer digest = ByteBuffer.allocate(32);
    for (int word : state) digest.putInt(word);
    return digest.array();
  }

  static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** RFC 2104; both hashes work on blocks of 64 bytes. */
  static byte[] hmac(UnaryOperator<byte[]> hash, byte[] key, byte[] message) {
    byte[] block = Arrays.copyOf(key.length > 64 ? hash.apply(key) : key, 64);
    byte[] inner = hash.apply(concat(xor(block, 0x36), message));
    return hash.apply(concat(xor(block, 0x5c), inner));
  }

  private static byte[] xor(byte[] block, int with) {
    byte[] result = block.clone();
    for (int i = 0; i < result.length; i++) result[i] ^= (byte) with;
    return result;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte one : bytes) text.append(String.format("%02x", one));
    return text.toString();
  }

  static UnaryOperator<byte[]> hashOf(String alg) {
    if (alg.equals("HMAC-SM3")) return Sign::sm3;
    if (alg.equals("HMAC-SHA256")) return Sign::sha256;
    throw new IllegalArgumentException("unknown algorithm " + alg);
  }

  /** target: path and query exactly as they go out; body: exactly the bytes that go out. */
  static String stringToSign(
      String method, String target, byte[] body, String appId, String timestamp, String nonce, String alg) {
    int queryAt = target.indexOf('?');
    String path = queryAt < 0 ? target : target.substring(0, queryAt);
    String query = queryAt < 0 ? "" : target.substring(queryAt + 1);
    return String.join("\n", method, path, query, hex(hashOf(alg).apply(body)), appId, timestamp, nonce);
  }

  private static String env(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  public static void main(String[] args) throws Exception {
    String appId = env("APP_ID", null);
    String appSecret = env("APP_SECRET", null);
    if (args.length < 2 || appId == null || appSecret == null) {
      System.err.println("usage: APP_ID=... APP_SECRET=... java Sign.java <method> <path?query> [file with the body]");
      System.exit(2);
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    byte[] body = args.length > 2 ? Files.readAllBytes(Path.of(args[2])) : new byte[0];
    String alg = env("APP_SIGN_ALG", "HMAC-SM3");
    String timestamp = env("SIGN_TIMESTAMP", Long.toString(System.currentTimeMillis()));
    // A new one for every request, also for a retry of the same records.
    String nonce = env("SIGN_NONCE", Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    String text = stringToSign(args[0], args[1], body, appId, timestamp, nonce, alg);
    byte[] signature =
        hmac(hashOf(alg), appSecret.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-App-Id", appId);
    headers.put("X-Timestamp", timestamp);
    headers.put("X-Nonce", nonce);
    headers.put("X-Sign-Alg", alg);
    headers.put("X-Signature", hex(signature));
    System.err.println(text);
    headers.forEach((name, value) -> System.out.println(name + ": " + value));
  }
}
