/**
 * GLSL of the people layer. The vertex shader glides from the last place to the newest and stops there; the fragment
 * shader draws the shape from distances, so edges stay sharp at every size. Codes are those of people-style.ts.
 */
export const PEOPLE_VERTEX_SHADER = /* glsl */ `
in vec3 a_from;
in vec3 a_to;
in vec2 a_time;
in vec4 a_style;
in vec4 a_pickColor;

uniform float u_now;
uniform float u_scale;
uniform float u_ghost;

out vec4 v_pickColor;
flat out vec4 v_style;
flat out float v_size;
flat out float v_fade;

void main() {
  float level = mod(a_style.y, 8.0);
  float isSelected = step(16.0, mod(a_style.y, 32.0));
  float isRaised = max(step(0.5, level), isSelected);
  float mixed = clamp((u_now - a_time.x) * a_time.y, 0.0, 1.0);
  vec4 eye = czm_modelView * vec4(mix(a_from, a_to, mixed), 1.0);
  float distance = czm_orthographicIn3D == 1.0 ? -eye.z : length(eye.xyz);

  // Pulled toward the eye, else the ground cuts the sprite in half; alarmed and selected people stand before buildings.
  float nearer = mix(0.985, 0.6, isRaised);
  // In the picture from above rays are parallel: only the depth is drawn nearer.
  eye.xyz *= czm_orthographicIn3D == 1.0 ? vec3(1.0, 1.0, nearer) : vec3(nearer);
  gl_Position = czm_projection * eye;
  czm_vertexLogDepth();

  float bodyPx = clamp(3200.0 / distance, 3.5, 10.0);
  float wholePx = isRaised > 0.5 ? 46.0 : bodyPx + 3.0;
  v_size = wholePx;
  v_fade = a_style.z < 0.5 ? 1.0 : a_style.z < 1.5 ? 0.9 : a_style.z < 2.5 ? 0.55 : 0.3;
  if (a_style.w < 1.5 && isRaised < 0.5) v_fade *= 0.18;
  v_style = vec4(a_style.x, a_style.y, a_style.z, bodyPx);
  v_pickColor = a_pickColor / 255.0;

  // 3: in the number of a crowd.
  float isShown = step(0.5, a_style.w) * (1.0 - step(2.5, a_style.w)) * (1.0 - u_ghost * isRaised);
  gl_PointSize = wholePx * u_scale * isShown;
  if (isShown < 0.5) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
`;

export const PEOPLE_FRAGMENT_SHADER = /* glsl */ `
in vec4 v_pickColor;
flat in vec4 v_style;
flat in float v_size;
flat in float v_fade;

uniform vec3 u_body;
uniform vec3 u_edge;
uniform vec3 u_levels[5];
uniform float u_pulse;
uniform float u_ghost;

// Signed distance in px; the diamond and the square are sized to the area of the disc.
float shapeDistance(float shape, vec2 p, float r) {
  if (shape < 0.5 || shape > 2.5) return length(p) - r;
  vec2 q = abs(p);
  if (shape < 1.5) return (q.x + q.y - r * 1.25) * 0.7071;
  return max(q.x, q.y) - r * 0.886;
}

// 1 inside, 0 outside, one pixel of transition.
float cover(float d) { return clamp(0.5 - d, 0.0, 1.0); }

void main() {
  vec2 p = (gl_PointCoord - 0.5) * v_size;
  float flags = v_style.y;
  int level = int(mod(flags, 8.0) + 0.5);
  bool isPulsing = mod(flags, 16.0) >= 8.0;
  bool isSelected = mod(flags, 32.0) >= 16.0;
  bool isAlarmed = level > 0;
  float shape = v_style.x;
  float bodyRadius = isAlarmed ? 7.0 : isSelected ? 6.5 : 0.5 * v_style.w;

  float body = shapeDistance(shape, p, bodyRadius);
  bool isHollow = !isAlarmed && (shape > 2.5 || v_style.z > 0.5);
  float band = max(1.2, bodyRadius * 0.36);
  float fill = isHollow ? cover(abs(body + band * 0.5) - band * 0.5) : cover(body);
  float edge = isHollow ? 0.0 : cover(body - 1.2) * (1.0 - fill);

  vec3 tone = isAlarmed ? u_levels[level] : u_body;
  vec4 color = vec4(tone, fill);
  color = mix(color, vec4(u_edge, 0.85), edge * (1.0 - fill));
  color.a *= isAlarmed ? 1.0 : v_fade;

  float r = length(p);
  if (isAlarmed) {
    // A steady ring; until somebody acknowledges, a second one runs outward once a second.
    float ring = cover(abs(r - 11.5) - 1.1);
    color = mix(color, vec4(tone, 1.0), ring);
    if (isPulsing) {
      float pulse = cover(abs(r - mix(11.5, 22.0, u_pulse)) - 1.6) * (1.0 - u_pulse);
      color = mix(color, vec4(tone, 1.0), pulse);
    }
  }
  if (isSelected) {
    float ring = cover(abs(r - (isAlarmed ? 15.0 : 11.0)) - 1.1);
    float shade = cover(abs(r - (isAlarmed ? 15.0 : 11.0)) - 2.0);
    color = mix(color, vec4(0.0, 0.0, 0.0, 0.7), shade * (1.0 - ring));
    color = mix(color, vec4(1.0), ring);
  }
  color.a *= mix(1.0, 0.22, u_ghost);
  if (color.a < 0.02) discard;
  out_FragColor = color;
  czm_writeLogDepth();
}
`;
