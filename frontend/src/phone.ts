// Phone pages of inspectors: sort a list by distance from here. The position goes into this one request and nowhere else.
//
//   <form method="get" data-near> with hidden inputs lon and lat
import { notice } from "./parts/dialogs";
import { text } from "./parts/page";

function field(form: HTMLFormElement, name: string): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
}

function near(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    const lon = field(form, "lon"), lat = field(form, "lat");
    if (!lon || !lat) return;
    event.preventDefault();
    if (!navigator.geolocation) return notice(text("no_location"), "soon");
    form.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        lon.value = coords.longitude.toFixed(5);
        lat.value = coords.latitude.toFixed(5);
        form.submit();
      },
      () => {
        form.removeAttribute("aria-busy");
        notice(text("no_location"), "soon");
      },
      { maximumAge: 60_000, timeout: 15_000 },
    );
  });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll<HTMLFormElement>("form[data-near]").forEach(near));
