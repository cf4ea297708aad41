export function PermitsPage() {
  return null;
}
