// "Vem tar över?" without signal, drawn from the kept cards.
export function showTakeover(place, cards, words) {
  place.replaceChildren();
  if (!cards) place.textContent = words.none;
}
