package io.towpath.link;

/// What went through one direction of an [Impairment]. At any moment
/// `entered + cut + duplicated == left + dropped + held`, where what was dropped is in the link's counters.
///
/// @param entered packets taken in, super-segments counted once
/// @param cut packets more that came from cutting super-segments
/// @param duplicated packets more that came from duplication
/// @param corrupted packets that had bits flipped
/// @param marked packets that were marked "congestion experienced"
/// @param left packets handed on
/// @param held packets inside
public record ImpairmentStats(
        long entered, long cut, long duplicated, long corrupted, long marked, long left, int held) {}
